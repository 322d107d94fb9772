"""nexus.streams.v1.Streams by grpcio: accepts app.test and echoes, refuses everything else. Prints its port."""
from concurrent import futures

import grpc

from relay_wire import UNKNOWN, field, fields


def relay(requests, context):
    opened = fields(fields(next(requests))[1])
    if opened[3] != b"app.test":
        context.set_trailing_metadata((("nexus-end", "no_backend"),))
        context.abort(grpc.StatusCode.NOT_FOUND, "no backend")
    print("open", opened[1].decode(), opened[2], opened[3].decode(), opened[4], flush=True)
    context.add_callback(lambda: print("over", flush=True))
    context.send_initial_metadata((("nexus-stream", "accepted"),))
    context.set_trailing_metadata((("nexus-end", "backend_closed"),))
    for request in requests:
        yield UNKNOWN + field(1, fields(request)[2]) + UNKNOWN
    yield field(1, b"bye")


server = grpc.server(futures.ThreadPoolExecutor(4))
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("nexus.streams.v1.Streams", {
    "Relay": grpc.stream_stream_rpc_method_handler(relay),
}),))
print("port", server.add_insecure_port("127.0.0.1:0"), flush=True)
server.start()
server.wait_for_termination()
