namespace Nexus.SystemTests.Golden.Wire;

/// <summary>The opcodes of RFC 6455 §5.2.</summary>
internal enum WireKind
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}
