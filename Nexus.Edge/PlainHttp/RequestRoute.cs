namespace Nexus.Edge.PlainHttp;

/// <param name="Host">The normalised name to route by.</param>
/// <param name="RawHost">The Host field as the client wrote it; the backend gets the same.</param>
/// <param name="Path">Path and query as the client wrote them.</param>
internal readonly record struct RequestRoute(string Host, string RawHost, string Path);
