"""The service test.Echo by grpcio, for our client. Prints its port, then what it sees."""
import threading
from concurrent import futures

import grpc

DETAIL = "größer als 100 % – 漢字\n"


def say(line):
    print(line, flush=True)


def wait_for_end(context):
    over = threading.Event()
    if not context.add_callback(over.set):
        over.set()
    say("waiting")
    over.wait(60)
    say("cancelled")


def unary(request, context):
    if request == b"fail":
        context.set_trailing_metadata((("x-why", "because"), ("x-why-bin", b"\x00\x01\xff")))
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, DETAIL)
    if request == b"wait":
        wait_for_end(context)
    if request == b"metadata":
        context.send_initial_metadata([(k, v) for k, v in context.invocation_metadata() if k.startswith("x-")])
        context.set_trailing_metadata((("x-trailer", "at the end"),))
    return request


def collect(requests, context):
    count = size = 0
    for request in requests:
        count += 1
        size += len(request)
    return f"{count} {size}".encode()


def produce(request, context):
    words = request.decode().split(" ")
    for _ in range(int(words[0])):
        yield bytes(int(words[1]))
    if words[-1] == "fail":
        context.abort(grpc.StatusCode.DATA_LOSS, "after messages")
    if words[-1] == "wait":
        wait_for_end(context)


def exchange(requests, context):
    """A call whose last request was "wait" is not half-closed by its client: when its requests end, it was cancelled.

    The requests of a cancelled call may end like those of a half-closed one, before grpcio knows of the cancellation.
    """
    request = None
    try:
        for request in requests:
            yield request
    finally:
        if request == b"wait":
            wait_for_end(context)


options = [("grpc.max_receive_message_length", 4 << 20)]
server = grpc.server(futures.ThreadPoolExecutor(16), options=options)
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Echo", {
    "Unary": grpc.unary_unary_rpc_method_handler(unary),
    "Collect": grpc.stream_unary_rpc_method_handler(collect),
    "Produce": grpc.unary_stream_rpc_method_handler(produce),
    "Exchange": grpc.stream_stream_rpc_method_handler(exchange),
}),))
port = server.add_insecure_port("127.0.0.1:0")
server.start()
say(f"port {port}")
server.wait_for_termination()
