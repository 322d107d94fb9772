using System.Text;

namespace Nexus.Acme.Tests.Scripted;

/// <summary>What the authority answers.</summary>
internal sealed record ScriptedAnswer(int Status, string ContentType, byte[] Body)
{
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>Without a fresh nonce.</summary>
    public bool HasNoNonce { get; init; }

    /// <summary>Sent chunk by chunk, without a length; the answer does not end before this does.</summary>
    public Func<CancellationToken, Task>? Holds { get; init; }

    public static ScriptedAnswer Json(string json, int status = 200) => new(status, "application/json", Encoding.UTF8.GetBytes(json));

    public static ScriptedAnswer Problem(string name, int status = 400, string detail = "so it is") => new(status, "application/problem+json",
        Encoding.UTF8.GetBytes($$"""{"type":"urn:ietf:params:acme:error:{{name}}","status":{{status}},"detail":"{{detail}}"}"""));

    public static ScriptedAnswer Text(int status, string contentType, string body) => new(status, contentType, Encoding.UTF8.GetBytes(body));

    public ScriptedAnswer With(string name, string value) => this with { Headers = new(Headers) { [name] = value } };
}
