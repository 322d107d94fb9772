using Nexus.Contracts.Carriers;

namespace Nexus.Edge.PlainHttp;

/// <summary>No target took the stream; the way this fact gets through the HTTP client.</summary>
internal sealed class NoBackendException(OpenRefusal refusal) : IOException($"No backend: {refusal}.")
{
    public OpenRefusal Refusal => refusal;
}
