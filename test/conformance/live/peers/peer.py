"""grpcio as a peer, with its own package grpc_status.

peer.py serve        prints its port; each call fails with the google.rpc.Status whose base64 is its case_name
peer.py call PORT    reads "METHOD CASE" lines, prints the status of each call as a line of JSON
"""
import base64
import json
import os
import sys
from concurrent import futures

import google
import grpc
from google.protobuf import json_format

# Google's package is already loaded, from another folder than the generated google.rpc.
google.__path__.append(os.path.join(sys.path[1], "google"))
from google.rpc import error_details_pb2, status_pb2
from interop.v1 import interop_pb2

TRAILER = "grpc-status-details-bin"
SERVICE = "/interop.v1.Interop/"
KNOWN = {
    **error_details_pb2.DESCRIPTOR.message_types_by_name,
    "Numbers": interop_pb2.Numbers.DESCRIPTOR,
}
KNOWN = {descriptor.full_name: descriptor._concrete_class for descriptor in KNOWN.values()}


def to_status(bytes_):
    """grpc_status.rpc_status.to_status."""
    status = status_pb2.Status.FromString(bytes_)
    code = next(code for code in grpc.StatusCode if code.value[0] == status.code)
    return code, status.message, ((TRAILER, status.SerializeToString()),)


def from_call(call):
    """grpc_status.rpc_status.from_call: refuses a trailer that says otherwise than the call."""
    for key, value in call.trailing_metadata() or ():
        if key != TRAILER:
            continue
        status = status_pb2.Status.FromString(value)
        if call.code().value[0] != status.code:
            raise ValueError("Code in Status proto (%s) doesn't match status code (%s)" % (status.code, call.code()))
        if call.details() != status.message:
            raise ValueError("Message in Status proto doesn't match status details")
        return status
    return None


def detail_of(any_):
    name = any_.type_url.split("/")[-1]
    if name not in KNOWN:
        return {"typeUrl": any_.type_url, "valueHex": any_.value.hex()}
    message = KNOWN[name].FromString(any_.value)
    return {"@type": any_.type_url, **json_format.MessageToDict(message)}


def fail(context, request):
    code, message, metadata = to_status(base64.b64decode(request.case_name))
    context.set_trailing_metadata(metadata)
    context.abort(code, message)


def unary(request, context):
    fail(context, request)


def stream(request, context):
    yield interop_pb2.FailResponse(seq=1)
    yield interop_pb2.FailResponse(seq=2)
    fail(context, request)


def serve():
    def handler(kind, function):
        return kind(
            function,
            request_deserializer=interop_pb2.FailRequest.FromString,
            response_serializer=interop_pb2.FailResponse.SerializeToString,
        )

    server = grpc.server(futures.ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers([
        grpc.method_handlers_generic_handler("interop.v1.Interop", {
            "Fail": handler(grpc.unary_unary_rpc_method_handler, unary),
            "FailStream": handler(grpc.unary_stream_rpc_method_handler, stream),
        })
    ])
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    sys.stdin.read()
    server.stop(None)


def call(port):
    channel = grpc.insecure_channel("127.0.0.1:" + port)
    types = dict(
        request_serializer=interop_pb2.FailRequest.SerializeToString,
        response_deserializer=interop_pb2.FailResponse.FromString,
    )
    methods = {
        "Fail": lambda request: [channel.unary_unary(SERVICE + "Fail", **types)(request, timeout=20)],
        "FailStream": channel.unary_stream(SERVICE + "FailStream", **types),
    }
    for line in sys.stdin:
        method, case = line.rstrip("\n").split(" ", 1)
        seen = {"messages": 0}
        try:
            for _ in methods[method](interop_pb2.FailRequest(case_name=case)):
                seen["messages"] += 1
            seen["code"] = 0
        except grpc.RpcError as error:
            seen.update(code=error.code().value[0], message=error.details(), details=None)
            try:
                status = from_call(error)
                if status:
                    seen["details"] = [detail_of(any_) for any_ in status.details]
            except Exception as refused:
                seen["refused"] = str(refused)
        print(json.dumps(seen), flush=True)


serve() if sys.argv[1] == "serve" else call(sys.argv[2])
