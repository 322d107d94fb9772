"""Opens a stream by grpcio: relay_client.py AUTHORITY. Prints what it gets."""
import hashlib
import queue
import sys

import grpc

from relay_wire import UNKNOWN, field, fields, open_stream

channel = grpc.insecure_channel(sys.argv[1])
relay = channel.stream_stream("/nexus.streams.v1.Streams/Relay")
requests = queue.Queue()
call = relay(iter(requests.get, None), timeout=20)
requests.put(open_stream(b"192.0.2.7:1234", 443, b"app.test"))
print(dict(call.initial_metadata())["nexus-stream"], flush=True)

sent = [bytes([number]) * (number * 100 + 1) for number in range(200)]
for data in sent:
    requests.put(UNKNOWN + field(2, data))
requests.put(field(2, b""))
requests.put(None)
received = b"".join(fields(response)[1] for response in call)
print(hashlib.sha256(received).digest() == hashlib.sha256(b"".join(sent)).digest(), flush=True)
print(call.code().name, dict(call.trailing_metadata())["nexus-end"], flush=True)

malformed = relay(iter([b"\x12\xff"]), timeout=20)
print(malformed.code().name, flush=True)
