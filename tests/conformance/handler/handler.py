"""Writes down each event as Python reads it, where 1.0 and 1 are two things. Needs nothing but Python."""

import datetime
import hashlib
import hmac
import json
import os
import time
import urllib.parse
import urllib.request

region = os.environ["AWS_REGION"]
endpoint = (
    os.environ.get("CONFORMANCE_ENDPOINT")
    or os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")
    or os.environ.get("AWS_ENDPOINT_URL")
    or f"https://dynamodb.{region}.amazonaws.com"
)


def keyed(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signed(headers, body):
    """Signature Version 4, as in dynamodb.js."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    everything = {**headers, "host": urllib.parse.urlsplit(endpoint).netloc, "x-amz-date": now}
    if os.environ.get("AWS_SESSION_TOKEN"):
        everything["x-amz-security-token"] = os.environ["AWS_SESSION_TOKEN"]
    names = sorted(everything)
    lines = [f"{name}:{everything[name]}" for name in names]
    digest = hashlib.sha256(body.encode()).hexdigest()
    canonical = "\n".join(["POST", "/", "", *lines, "", ";".join(names), digest])
    scope = [now[:8], region, "dynamodb", "aws4_request"]
    key = ("AWS4" + os.environ.get("AWS_SECRET_ACCESS_KEY", "test")).encode()
    for part in scope:
        key = keyed(key, part)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    signature = keyed(key, "\n".join(["AWS4-HMAC-SHA256", now, "/".join(scope), digest])).hex()
    everything["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={os.environ.get('AWS_ACCESS_KEY_ID', 'test')}/{'/'.join(scope)}, "
        f"SignedHeaders={';'.join(names)}, Signature={signature}"
    )
    return everything


def handler(event, context):
    record = event["Records"][0]
    entry = {
        "id": context.aws_request_id,
        "at": int(time.time() * 1000),
        "arn": context.invoked_function_arn,
        "ids": [each["dynamodb"]["SequenceNumber"] for each in event["Records"]],
        "text": json.dumps(event),
    }
    body = json.dumps({
        "TableName": os.environ["TRACE_TABLE"],
        "Key": {"id": {"S": f"{context.function_name} {record['eventSourceARN']}"}},
        "UpdateExpression": "SET calls = list_append(if_not_exists(calls, :none), :entry)",
        "ExpressionAttributeValues": {
            ":none": {"L": []},
            ":entry": {"L": [{"S": json.dumps(entry)}]},
        },
    })
    headers = signed({
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.UpdateItem",
    }, body)
    del headers["host"]  # urllib sets it itself, to the same.
    request = urllib.request.Request(endpoint, data=body.encode(), headers=headers, method="POST")
    with urllib.request.urlopen(request) as response:
        response.read()
