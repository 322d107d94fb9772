"""The messages of nexus.streams.v1, encoded by hand and not in the shortest form: what any protobuf peer may send."""


def varint(number):
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


UNKNOWN = varint(99 << 3) + varint(1 << 40) + field(98, b"unknown")


def open_stream(client, port, host):
    body = field(1, client) + varint(2 << 3) + varint(port) + field(3, host) + varint(4 << 3) + b"\1" + varint(5 << 3) + b"\1"
    return UNKNOWN + field(1, body + UNKNOWN)


def fields(message):
    """The fields of a message as {number: int or bytes}."""
    found, position = {}, 0

    def read():
        nonlocal position
        number = shift = 0
        while True:
            octet = message[position]
            position += 1
            number |= (octet & 0x7F) << shift
            shift += 7
            if octet < 0x80:
                return number

    while position < len(message):
        tag = read()
        value = read()
        if tag & 7 == 2:
            value, position = message[position:position + value], position + value
        found[tag >> 3] = value
    return found
