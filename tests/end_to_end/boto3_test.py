"""boto3 against the program: tables, streams, a function from a zip, queues over the Query protocol."""

import io
import json
import os
import subprocess
import tempfile
import unittest
import urllib.request
import zipfile

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.config import Config
from botocore.exceptions import ClientError

PROGRAM = os.environ.get("DYNAMILL") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "dynamill")

HANDLER = """
import json, os

def handler(event, context):
    with open(os.environ["EVENTS"], "a") as notes:
        notes.write(json.dumps(event) + "\\n")
    if any(record["dynamodb"]["Keys"]["id"]["S"] == "poisoned" for record in event["Records"]):
        raise ValueError("poisoned")
"""


class Boto3Test(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="dynamill-test-")
        self.addCleanup(self.folder.cleanup)
        self.server = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0", "--in-memory", "--log-level", "warn"],
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.end_server)
        ready = self.server.stdout.readline().split()
        self.assertEqual(ready[:3], ["dynamill", "ready", "on"])
        self.url = ready[3]

        def client(service):
            return boto3.client(
                service, endpoint_url=self.url, region_name="us-east-1", aws_access_key_id="test",
                aws_secret_access_key="test", config=Config(retries={"max_attempts": 0}))

        self.dynamodb = client("dynamodb")
        self.streams = client("dynamodbstreams")
        self.functions = client("lambda")
        self.sqs = client("sqs")
        self.sns = client("sns")
        self.s3 = client("s3")

    def end_server(self):
        self.server.terminate()
        self.assertEqual(self.server.wait(timeout=20), 0)
        self.server.stdout.close()

    def drain(self):
        request = urllib.request.Request(
            self.url + "/_dynamill/drain", data=b'{"timeoutSeconds": 60}',
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            self.assertEqual(json.load(answer)["drained"], True)

    def create_table(self):
        self.dynamodb.create_table(
            TableName="Things",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
        self.dynamodb.get_waiter("table_exists").wait(
            TableName="Things", WaiterConfig={"Delay": 1, "MaxAttempts": 20})
        return self.dynamodb.describe_table(TableName="Things")["Table"]["LatestStreamArn"]

    def read_stream(self, arn):
        records = []
        for shard in self.streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            iterator = self.streams.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"],
                ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
            while iterator:
                page = self.streams.get_records(ShardIterator=iterator)
                if not page["Records"]:
                    break
                records += page["Records"]
                iterator = page.get("NextShardIterator")
        return records

    def test_a_table_a_write_and_its_record_in_the_stream(self):
        arn = self.create_table()
        item = {
            "id": {"S": "a"},
            "number": {"N": "3.14"},
            "bytes": {"B": b"\x00\x01\xff"},
            "map": {"M": {"yes": {"BOOL": True}, "nothing": {"NULL": True}}},
            "list": {"L": [{"N": "1"}, {"S": "two"}]},
        }
        self.dynamodb.put_item(TableName="Things", Item=item)
        answer = self.dynamodb.get_item(TableName="Things", Key={"id": {"S": "a"}})
        self.assertEqual(answer["Item"], item)

        (record,) = self.read_stream(arn)
        self.assertEqual(record["eventName"], "INSERT")
        self.assertEqual(record["eventSource"], "aws:dynamodb")
        self.assertEqual(record["awsRegion"], "us-east-1")
        self.assertEqual(record["dynamodb"]["Keys"], {"id": {"S": "a"}})
        self.assertEqual(record["dynamodb"]["NewImage"], item)
        self.assertNotIn("OldImage", record["dynamodb"])
        self.assertEqual(record["dynamodb"]["ApproximateCreationDateTime"].microsecond, 0)

    def test_a_condition_that_fails(self):
        self.create_table()
        self.dynamodb.put_item(TableName="Things", Item={"id": {"S": "a"}})
        with self.assertRaises(self.dynamodb.exceptions.ConditionalCheckFailedException):
            self.dynamodb.put_item(
                TableName="Things", Item={"id": {"S": "a"}},
                ConditionExpression="attribute_not_exists(id)")

    def test_a_function_from_a_zip_and_a_poisoned_record(self):
        arn = self.create_table()
        queue = self.sqs.create_queue(QueueName="failures")["QueueUrl"]
        queue_arn = self.sqs.get_queue_attributes(
            QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("package/app.py", HANDLER)
        events = os.path.join(self.folder.name, "events")
        self.functions.create_function(
            FunctionName="f", Runtime="python3.12", Handler="package.app.handler", Timeout=10,
            Role="arn:aws:iam::000000000000:role/test", Code={"ZipFile": code.getvalue()},
            Environment={"Variables": {"EVENTS": events}})
        self.functions.get_waiter("function_active_v2").wait(
            FunctionName="f", WaiterConfig={"Delay": 1, "MaxAttempts": 20})
        mapping = self.functions.create_event_source_mapping(
            EventSourceArn=arn, FunctionName="f", StartingPosition="TRIM_HORIZON", BatchSize=10,
            BisectBatchOnFunctionError=True, MaximumRetryAttempts=0,
            DestinationConfig={"OnFailure": {"Destination": queue_arn}})
        self.assertEqual(mapping["State"], "Creating")
        for key in ["a", "poisoned", "b", "c"]:
            self.dynamodb.put_item(TableName="Things", Item={"id": {"S": key}})
        self.drain()

        with open(events) as notes:
            delivered = [
                [record["dynamodb"]["Keys"]["id"]["S"] for record in json.loads(line)["Records"]]
                for line in notes]
        self.assertIn(["poisoned"], delivered)
        succeeded = [key for batch in delivered if "poisoned" not in batch for key in batch]
        self.assertEqual(succeeded, ["a", "b", "c"])
        (message,) = self.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
        failure = json.loads(message["Body"])
        self.assertEqual(failure["requestContext"]["condition"], "RetryAttemptsExhausted")
        poisoned = self.read_stream(arn)[1]["dynamodb"]["SequenceNumber"]
        self.assertEqual(failure["DDBStreamBatchInfo"]["startSequenceNumber"], poisoned)
        self.assertEqual(failure["DDBStreamBatchInfo"]["batchSize"], 1)

    def test_a_queue_over_the_query_protocol(self):
        """boto3 checks the MD5 of every body."""
        queue = self.sqs.create_queue(
            QueueName="tasks", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
        self.assertEqual(self.sqs.get_queue_url(QueueName="tasks")["QueueUrl"], queue)
        self.assertEqual(self.sqs.list_queues()["QueueUrls"], [queue])
        body = 'one & <two> "three" \u00e4\u2603'
        self.sqs.send_message(
            QueueUrl=queue, MessageBody=body,
            MessageAttributes={"word": {"DataType": "String", "StringValue": "yes"}})
        sent = self.sqs.send_message_batch(
            QueueUrl=queue,
            Entries=[{"Id": str(n), "MessageBody": "task %d" % n} for n in range(3)])
        self.assertEqual(len(sent["Successful"]), 3)
        attributes = self.sqs.get_queue_attributes(
            QueueUrl=queue, AttributeNames=["All"])["Attributes"]
        self.assertEqual(attributes["ApproximateNumberOfMessages"], "4")
        self.assertEqual(attributes["VisibilityTimeout"], "1")

        received = {}
        while len(received) < 4:
            for message in self.sqs.receive_message(
                    QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=5,
                    AttributeNames=["All"], MessageAttributeNames=["All"])["Messages"]:
                received[message["Body"]] = message
        self.assertEqual(received[body]["MessageAttributes"]["word"]["StringValue"], "yes")

        # Not deleted, it comes back when its time-out is over.
        handle = received[body]["ReceiptHandle"]
        self.sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=0)
        (again,) = self.sqs.receive_message(
            QueueUrl=queue, WaitTimeSeconds=5, AttributeNames=["ApproximateReceiveCount"])["Messages"]
        self.assertGreaterEqual(int(again["Attributes"]["ApproximateReceiveCount"]), 2)
        self.sqs.purge_queue(QueueUrl=queue)
        self.assertNotIn("Messages", self.sqs.receive_message(QueueUrl=queue))
        self.sqs.delete_queue(QueueUrl=queue)
        with self.assertRaises(ClientError) as caught:
            self.sqs.get_queue_url(QueueName="tasks")
        self.assertEqual(
            caught.exception.response["Error"]["Code"], "AWS.SimpleQueueService.NonExistentQueue")

    def test_a_topic_and_its_queue(self):
        url = self.sqs.create_queue(QueueName="q")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(
            QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        topic = self.sns.create_topic(Name="t")["TopicArn"]
        subscription = self.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        published = self.sns.publish(
            TopicArn=topic, Message="m", Subject="s",
            MessageAttributes={"a": {"DataType": "String", "StringValue": "v"}})
        [message] = self.sqs.receive_message(QueueUrl=url)["Messages"]
        notification = json.loads(message["Body"])
        self.assertEqual(notification["MessageId"], published["MessageId"])
        self.assertEqual(notification["Message"], "m")
        self.assertEqual(notification["MessageAttributes"], {"a": {"Type": "String", "Value": "v"}})
        self.assertEqual([each["SubscriptionArn"] for each in self.sns.list_subscriptions()[
            "Subscriptions"]], [subscription["SubscriptionArn"]])
        self.sns.delete_topic(TopicArn=topic)
        with self.assertRaises(self.sns.exceptions.NotFoundException):
            self.sns.publish(TopicArn=topic, Message="m")

    def test_queries_scans_and_batches_of_a_table(self):
        table = boto3.resource(
            "dynamodb", endpoint_url=self.url, region_name="us-east-1", aws_access_key_id="test",
            aws_secret_access_key="test").create_table(
                TableName="Readings",
                AttributeDefinitions=[{"AttributeName": "sensor", "AttributeType": "S"},
                                      {"AttributeName": "at", "AttributeType": "N"}],
                KeySchema=[{"AttributeName": "sensor", "KeyType": "HASH"},
                           {"AttributeName": "at", "KeyType": "RANGE"}],
                GlobalSecondaryIndexes=[{
                    "IndexName": "by-time",
                    "KeySchema": [{"AttributeName": "at", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"}}],
                BillingMode="PAY_PER_REQUEST")
        with table.batch_writer() as batch:
            for at in range(100):
                batch.put_item(Item={"sensor": f"s{at % 2}", "at": at, "text": "x" * 100})
        found = table.query(
            KeyConditionExpression=Key("sensor").eq("s1") & Key("at").between(10, 15),
            FilterExpression=Attr("text").begins_with("x"), ScanIndexForward=False)
        self.assertEqual([int(item["at"]) for item in found["Items"]], [15, 13, 11])
        self.assertEqual(
            table.query(IndexName="by-time", KeyConditionExpression=Key("at").eq(7))["Items"],
            [{"sensor": "s1", "at": 7}])
        pages = self.dynamodb.get_paginator("scan").paginate(
            TableName="Readings", PaginationConfig={"PageSize": 30})
        counts = [page["Count"] for page in pages]
        self.assertEqual(sum(counts), 100)
        self.assertEqual(counts[:3], [30, 30, 30])
        with self.assertRaises(ClientError) as refused:
            table.query(KeyConditionExpression=Key("at").eq(1))
        self.assertEqual(
            refused.exception.response["Error"],
            {"Code": "ValidationException",
             "Message": "Query condition missed key schema element: sensor"})

    def test_a_bucket_and_its_objects(self):
        self.s3.create_bucket(Bucket="bucket")
        self.s3.put_object(Bucket="bucket", Key="a/b c", Body=b"bytes", Metadata={"m": "1"})
        found = self.s3.get_object(Bucket="bucket", Key="a/b c")
        self.assertEqual(found["Body"].read(), b"bytes")
        self.assertEqual(found["Metadata"], {"m": "1"})
        self.assertEqual([each["Key"] for each in self.s3.list_objects_v2(Bucket="bucket")[
            "Contents"]], ["a/b c"])
        self.s3.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": "a/b c"}]})
        with self.assertRaises(self.s3.exceptions.NoSuchKey):
            self.s3.get_object(Bucket="bucket", Key="a/b c")
        self.s3.delete_bucket(Bucket="bucket")


if __name__ == "__main__":
    unittest.main(verbosity=2)
