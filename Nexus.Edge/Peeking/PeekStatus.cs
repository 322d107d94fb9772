namespace Nexus.Edge.Peeking;

/// <summary>What the first bytes of a connection say about where it wants to go.</summary>
internal enum PeekStatus
{
    /// <summary>The bytes may still become a hello or a head.</summary>
    NeedMore,

    /// <summary>One well-formed host name was asked for.</summary>
    Found,

    /// <summary>A valid hello without server_name, or a valid head without Host.</summary>
    NoName,

    /// <summary>A name was asked for that no route can have: spaces, an address, an empty label, ….</summary>
    BadName,

    /// <summary>It began like TLS or HTTP and then broke the rules.</summary>
    Malformed,

    /// <summary>The hello or head does not fit the capture limit.</summary>
    TooLarge,

    /// <summary>Neither TLS nor HTTP/1.</summary>
    NotRecognized,
}
