"""Calls test.Echo by grpcio, for our server: echo_client.py AUTHORITY SCENARIO. Prints what it gets."""
import sys
import threading

import grpc

options = [("grpc.max_receive_message_length", 64 << 20), ("grpc.max_send_message_length", 64 << 20)]
channel = grpc.insecure_channel(sys.argv[1], options=options)
unary = channel.unary_unary("/test.Echo/Unary")
missing = channel.unary_unary("/test.Echo/Missing")
nowhere = channel.unary_unary("/test.Nowhere/Missing")
collect = channel.stream_unary("/test.Echo/Collect")
produce = channel.unary_stream("/test.Echo/Produce")
exchange = channel.stream_stream("/test.Echo/Exchange")


def say(*words):
    print(*words, flush=True)


def status_of(call, *arguments, **options):
    try:
        result = call(*arguments, **options)
        if hasattr(result, "__iter__") and not isinstance(result, bytes):
            for _ in result:
                pass
        say("no error")
    except grpc.RpcError as error:
        say(error.code().name, ascii(error.details()))
        return error


def kinds():
    say(unary(b"hello", timeout=20).decode())
    say(collect((bytes(10) for _ in range(5)), timeout=20).decode())
    say(sum(len(message) for message in produce(b"7 11", timeout=20)))
    say(b" ".join(exchange(iter([b"a", b"", b"c"]), timeout=20)).decode())


def metadata():
    response, call = unary.with_call(b"metadata", metadata=(("x-text", "one"), ("x-data-bin", b"\x00\xfe\xff")), timeout=20)
    initial = dict(call.initial_metadata())
    say(response.decode(), initial["x-text"], initial["x-data-bin"].hex(), dict(call.trailing_metadata())["x-trailer"])


def errors():
    error = status_of(unary, b"fail", timeout=20)
    trailers = dict(error.trailing_metadata())
    say(trailers["x-why"], trailers["x-why-bin"].hex())
    status_of(unary, b"throw", timeout=20)
    status_of(produce, b"3 10 fail", timeout=20)
    status_of(missing, b"", timeout=20)
    status_of(nowhere, b"", timeout=20)


def deadlines():
    status_of(unary, b"wait", timeout=0.3)
    status_of(produce, b"1 1 wait", timeout=0.3)


def cancel():
    call = produce(b"1 1 wait")
    next(call)
    call.cancel()
    say("cancelled")
    threading.Event().wait(60)  # the connection stays open: the server must learn of it by the call alone


def large():
    for mebibytes in (1, 3):
        data = bytes([mebibytes]) * (mebibytes << 20)
        say(unary(data, timeout=20) == data)
    status_of(unary, bytes((4 << 20) + 1), timeout=20)
    say(unary(bytes(4 << 20), timeout=20) == bytes(4 << 20))


def many():
    # Several windows of flow control; each message costs grpcio a tenth of a millisecond, so not more.
    count = 0
    for message in exchange((str(number).encode() for number in range(20_000)), timeout=100):
        if message != str(count).encode():
            say("out of order at", count)
            break
        count += 1
    say(count)


def compressed():
    status_of(unary, bytes(1000), compression=grpc.Compression.Gzip, timeout=20)


globals()[sys.argv[2]]()
