"""Runs the handler of a python* function: asks the Runtime API for work, calls the handler, posts
what comes of it. The rules are those of the runtime interface client of AWS."""

import decimal
import importlib
import importlib.util
import json
import logging
import os
import socket
import sys
import time
import traceback

API = "/2018-06-01/runtime"


class Client:
    """One connection that is kept."""

    def __init__(self, address):
        self.address = address
        host, port = address.split(":")
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answers = self.socket.makefile("rb")

    def request(self, method, target, body=None, error_type=None):
        head = f"{method} {API}{target} HTTP/1.1\r\nHost: {self.address}\r\n"
        if error_type is not None:
            head += f"Lambda-Runtime-Function-Error-Type: {error_type}\r\n"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self.socket.sendall((head + "\r\n").encode("latin-1") + (body or b""))
        return self.answer()

    def answer(self):
        status = self.answers.readline()
        if not status:
            os._exit(1)  # The server is gone.
        fields = {}
        while (line := self.answers.readline().decode("latin-1").rstrip("\r\n")) != "":
            name, _, value = line.partition(":")
            fields[name.lower()] = value.strip()
        body = self.answers.read(int(fields.get("content-length", 0)))
        return int(status.split(b" ")[1]), fields, body


class Fault(Exception):
    """An error of the runtime's own: its type, what it says, where (if the code tells)."""

    def __init__(self, error_type, message, trace=None):
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.trace = trace or []


class CognitoIdentity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class MobileClient:
    """What a mobile application tells of itself."""

    def __init__(self, values):
        for name in ("installation_id", "app_title", "app_version_name", "app_version_code",
                     "app_package_name"):
            setattr(self, name, values.get(name))


class ClientContext:
    def __init__(self, values):
        self.custom = values.get("custom")
        self.env = values.get("env")
        self.client = MobileClient(values["client"]) if values.get("client") else None


class LambdaContext:
    def __init__(self, fields):
        self._deadline_ms = int(fields.get("lambda-runtime-deadline-ms", 0))
        self.aws_request_id = fields.get("lambda-runtime-aws-request-id")
        self.invoked_function_arn = fields.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = fields.get("lambda-runtime-aws-tenant-id")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        client_context = fields.get("lambda-runtime-client-context")
        self.client_context = ClientContext(json.loads(client_context)) if client_context else None
        self.identity = CognitoIdentity()

    def get_remaining_time_in_millis(self):
        return max(self._deadline_ms - int(time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))


# --- what a handler prints ---


class RequestIdFilter(logging.Filter):
    request_id = ""

    def filter(self, record):
        record.aws_request_id = RequestIdFilter.request_id
        return True


class StandardOutput(logging.Handler):
    def emit(self, record):
        sys.stdout.write(self.format(record))
        sys.stdout.flush()


def set_up_logging():
    formatter = logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)dZ\t%(aws_request_id)s\t%(message)s\n",
        "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler = StandardOutput()
    handler.setFormatter(formatter)
    handler.addFilter(RequestIdFilter())
    logging.getLogger().addHandler(handler)


# --- errors ---


def trace_of(trace):
    """As text, a line of code each, without our own."""
    frames = traceback.extract_tb(trace)
    while frames and frames[0].filename in (__file__, "<frozen importlib._bootstrap>",
                                            "<frozen importlib._bootstrap_external>"):
        frames = frames[1:]
    return traceback.format_list(frames)


def error_document(message, error_type, trace, request_id):
    return {"errorMessage": message, "errorType": error_type, "requestId": request_id,
            "stackTrace": trace}


def log_error(document):
    text = "[ERROR] " + document["errorType"]
    if document["errorMessage"]:
        text += ": " + document["errorMessage"]
    if document["stackTrace"]:
        text += "\nTraceback (most recent call last):\n" + "".join(document["stackTrace"])
    sys.stdout.write(text.rstrip("\n") + "\n")


def post_error(client, target, document):
    log_error(document)
    sys.stdout.flush()
    sys.stderr.flush()
    error_type = "".join(c if "!" <= c <= "~" else "_" for c in document["errorType"])
    return client.request("POST", target, json.dumps(document).encode(), error_type)


# --- the handler ---


def load_handler(name):
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}")
    module_path = module_name.replace("/", ".")
    if module_path.split(".")[0] in sys.builtin_module_names:
        raise Fault("Runtime.BuiltInModuleConflict",
                    f"Cannot use built-in module {module_name} as a handler module")
    try:
        module = importlib.import_module(module_path)
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError",
                    f"Unable to import module '{module_name}': {error}")
    except SyntaxError as error:
        where = f'  File "{error.filename}" Line {error.lineno}\n    {(error.text or "").rstrip()}\n'
        raise Fault("Runtime.UserCodeSyntaxError",
                    f"Syntax error in module '{module_name}': {error}", [where])
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise Fault("Runtime.HandlerNotFound",
                    f"Handler '{function_name}' missing on module '{module_name}'")


def encode_other(value):
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def encodes_ascii_only():
    version = os.environ.get("AWS_EXECUTION_ENV", "").rpartition("python")[2].split(".")
    return len(version) != 2 or (int(version[0]), int(version[1])) < (3, 12)


ASCII_ONLY = encodes_ascii_only()


def answer_of(handler, event_text, context):
    """The bytes of the reply."""
    try:
        event = json.loads(event_text)
    except ValueError as error:
        raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}")
    value = handler(event, context)
    try:
        return json.dumps(value, default=encode_other, ensure_ascii=ASCII_ONLY).encode()
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}")


def serve(client, handler, fields, body):
    context = LambdaContext(fields)
    request_id = RequestIdFilter.request_id = context.aws_request_id
    trace_id = fields.get("lambda-runtime-trace-id")
    if trace_id:
        os.environ["_X_AMZN_TRACE_ID"] = trace_id
    try:
        answer = answer_of(handler, body, context)
    except Fault as fault:
        document = error_document(fault.message, fault.error_type, fault.trace, request_id)
    except Exception as error:
        document = error_document(str(error), type(error).__name__,
                                  trace_of(error.__traceback__), request_id)
    else:
        sys.stdout.flush()
        sys.stderr.flush()
        client.request("POST", f"/invocation/{request_id}/response", answer)
        return
    post_error(client, f"/invocation/{request_id}/error", document)


# --- botocore before 1.31 does not know AWS_ENDPOINT_URL ---


def use_endpoint_url(module):
    import botocore

    version = tuple(int(part) for part in botocore.__version__.split(".")[:2])
    if version >= (1, 31):
        return
    create_client = module.Session.create_client

    def create_client_here(self, service_name, *args, **kwargs):
        if len(args) < 5 and kwargs.get("endpoint_url") is None:
            name = "AWS_ENDPOINT_URL_" + service_name.upper().replace("-", "_")
            url = os.environ.get(name) or os.environ.get("AWS_ENDPOINT_URL")
            if url:
                kwargs["endpoint_url"] = url
        return create_client(self, service_name, *args, **kwargs)

    module.Session.create_client = create_client_here


class BotocoreFinder:
    """Waits for botocore.session to be imported, so that handlers without it pay nothing."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != "botocore.session":
            return None
        sys.meta_path.remove(cls)
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return spec
        run = spec.loader.exec_module

        def run_and_change(module):
            run(module)
            use_endpoint_url(module)

        spec.loader.exec_module = run_and_change
        return spec


def main():
    client = Client(os.environ["AWS_LAMBDA_RUNTIME_API"])
    sys.stdout.reconfigure(line_buffering=True)
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    sys.meta_path.insert(0, BotocoreFinder)
    set_up_logging()
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except Fault as fault:
        document = error_document(fault.message, fault.error_type, fault.trace, "")
    except Exception as error:
        document = error_document(str(error), type(error).__name__,
                                  trace_of(error.__traceback__), "")
    else:
        while True:
            status, fields, body = client.request("GET", "/invocation/next")
            if status != 200:
                sys.exit(1)
            serve(client, handler, fields, body)
    post_error(client, "/init/error", document)
    sys.exit(1)


if __name__ == "__main__":
    main()
