using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Nexus.Acme.Tests.Scripted;

/// <summary>Accounts and orders of a scripted authority. Proofs are right at once unless told otherwise.</summary>
internal sealed class ScriptedDatabase(Func<Uri> root)
{
    private readonly ConcurrentDictionary<string, JsonElement> _accounts = new();
    private readonly ConcurrentDictionary<int, ScriptedOrder> _orders = new();
    private readonly ConcurrentDictionary<int, byte[]> _requests = new();
    private readonly ScriptedCa _ca = new("Scripted root");
    private readonly ScriptedCa _otherCa = new("Other root");
    private int _lastOrder;

    public ScriptedCa Ca => _ca;

    /// <summary>The directory's <c>meta</c>.</summary>
    public string Meta { get; set; } = """{"termsOfService":"https://authority.example/terms","profiles":{"short":"six days"}}""";

    /// <summary>Status that an answered proof gets.</summary>
    public Func<ScriptedOrder, int, string, string> Judge { get; set; } = (_, _, _) => "valid";

    /// <summary>Status of an order that has been finalised.</summary>
    public string AfterFinalize { get; set; } = "valid";

    /// <summary>What renewal information says, or null: it is not offered.</summary>
    public string? Renewal { get; set; }

    public byte[]? ExternalKey { get; set; }

    public IReadOnlyCollection<ScriptedOrder> Orders => [.. _orders.Values.OrderBy(order => order.Number)];

    public int Accounts => _accounts.Count;

    public JsonElement? KeyOf(string kid) => _accounts.TryGetValue(kid, out var jwk) ? jwk : null;

    public string Directory() => $$"""
        {"newNonce":"{{Url("/new-nonce")}}","newAccount":"{{Url("/new-account")}}","newOrder":"{{Url("/new-order")}}","revokeCert":"{{Url("/revoke")}}","keyChange":"{{Url("/key-change")}}",
        {{(Renewal is null ? "" : $"\"renewalInfo\":\"{Url("/renewal")}\",")}}"unknown":[1],"meta":{{Meta}}}
        """;

    public ScriptedAnswer RenewalInfo(string what) => Renewal is null || what.Length < 20 ? ScriptedAnswer.Problem("malformed", 404) : ScriptedAnswer.Json(Renewal).With("Retry-After", "3600");

    public ScriptedAnswer Obey(string path, CheckedJws jws) => path.Split('/') switch
    {
        ["", "new-account"] => NewAccount(jws),
        ["", "account", _] => ScriptedAnswer.Json("""{"status":"valid","contact":["mailto:a@example.com"]}"""),
        ["", "key-change"] => ChangeKey(jws),
        ["", "new-order"] => NewOrder(jws),
        ["", "revoke"] => new(200, "", []),
        ["", "order", var order] => OfAccount(order, jws, found => ScriptedAnswer.Json(Show(found))),
        ["", "authorization", var order, var name] => OfAccount(order, jws, found => ScriptedAnswer.Json(Authorization(found, Number(name)))),
        ["", "challenge", var order, var name, var kind] => OfAccount(order, jws, found => Answer(found, Number(name), kind)),
        ["", "finalize", var order] => OfAccount(order, jws, found => Finalize(found, jws)),
        ["", "certificate", var order] => OfAccount(order, jws, found => Chain(found, found.Chain, "")),
        ["", "certificate", var order, "other"] => OfAccount(order, jws, found => Chain(found, found.Chain is null ? null : _otherCa.Issue(_requests[found.Number]), "/other")),
        _ => ScriptedAnswer.Problem("malformed", 404),
    };

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private string Url(string path) => new Uri(root(), path).AbsoluteUri;

    private ScriptedAnswer NewAccount(CheckedJws jws)
    {
        var jwk = jws.Header.GetProperty("jwk");
        var thumbprint = CheckedJws.Thumbprint(jwk);
        var found = _accounts.FirstOrDefault(account => CheckedJws.Thumbprint(account.Value) == thumbprint).Key;
        if (found is not null) return ScriptedAnswer.Json("""{"status":"valid"}""").With("Location", found);
        if (jws.Json.TryGetProperty("onlyReturnExisting", out _)) return ScriptedAnswer.Problem("accountDoesNotExist");
        if (ExternalKey is { } external) CheckBinding(jws.Json.GetProperty("externalAccountBinding"), jwk, external);
        Assert.True(jws.Json.GetProperty("termsOfServiceAgreed").GetBoolean());
        var address = Url($"/account/{thumbprint}");
        _accounts[address] = jwk;
        return ScriptedAnswer.Json("""{"status":"valid"}""", 201).With("Location", address);
    }

    private void CheckBinding(JsonElement binding, JsonElement jwk, byte[] key)
    {
        var header = JsonDocument.Parse(CheckedJws.Decode(binding, "protected")).RootElement;
        Assert.Equal("HS256", header.GetProperty("alg").GetString());
        Assert.Equal("kid-1", header.GetProperty("kid").GetString());
        Assert.Equal(Url("/new-account"), header.GetProperty("url").GetString());
        Assert.False(header.TryGetProperty("nonce", out _));
        Assert.Equal(CheckedJws.Thumbprint(jwk), CheckedJws.Thumbprint(JsonDocument.Parse(CheckedJws.Decode(binding, "payload")).RootElement));
        var signed = Encoding.ASCII.GetBytes($"{binding.GetProperty("protected").GetString()}.{binding.GetProperty("payload").GetString()}");
        Assert.Equal(HMACSHA256.HashData(key, signed), CheckedJws.Decode(binding, "signature"));
    }

    private static string Account(CheckedJws jws) => jws.KeyId ?? throw new InvalidOperationException("Not signed for an account.");

    private ScriptedAnswer ChangeKey(CheckedJws jws)
    {
        var inner = CheckedJws.Verify(jws.Payload, _ => null);
        Assert.Null(inner.Nonce);
        Assert.Equal(jws.Url, inner.Url);
        Assert.Equal(jws.KeyId, inner.Json.GetProperty("account").GetString());
        Assert.Equal(CheckedJws.Thumbprint(_accounts[Account(jws)]), CheckedJws.Thumbprint(inner.Json.GetProperty("oldKey")));
        _accounts[Account(jws)] = inner.Header.GetProperty("jwk");
        return new(200, "", []);
    }

    private ScriptedAnswer NewOrder(CheckedJws jws)
    {
        (string, string)[] names = [.. jws.Json.GetProperty("identifiers").EnumerateArray().Select(item => (item.GetProperty("type").GetString() ?? "", item.GetProperty("value").GetString() ?? ""))];
        var order = new ScriptedOrder(Interlocked.Increment(ref _lastOrder), Account(jws), names, Encoding.UTF8.GetString(jws.Payload));
        _orders[order.Number] = order;
        return ScriptedAnswer.Json(Show(order), 201).With("Location", Url($"/order/{order.Number}"));
    }

    private ScriptedAnswer OfAccount(string order, CheckedJws jws, Func<ScriptedOrder, ScriptedAnswer> answer) =>
        _orders.TryGetValue(Number(order), out var found) && found.Account == jws.KeyId ? answer(found) : ScriptedAnswer.Problem("malformed", 404, "No such thing");

    private ScriptedAnswer Answer(ScriptedOrder order, int name, string kind)
    {
        order.Answered[name] = kind;
        order.Authorizations[name] = Judge(order, name, kind);
        if (order.Authorizations.All(status => status == "valid")) order.Status = "ready";
        if (order.Authorizations.Any(status => status == "invalid")) order.Status = "invalid";
        return ScriptedAnswer.Json(Challenge(order, name, kind));
    }

    private ScriptedAnswer Finalize(ScriptedOrder order, CheckedJws jws)
    {
        if (order.Status != "ready") return ScriptedAnswer.Problem("orderNotReady", 403);
        _requests[order.Number] = CheckedJws.Decode(jws.Json, "csr");
        order.Chain = _ca.Issue(_requests[order.Number]);
        order.Status = AfterFinalize;
        return ScriptedAnswer.Json(Show(order));
    }

    private ScriptedAnswer Chain(ScriptedOrder order, string? chain, string suffix) => chain is null
        ? ScriptedAnswer.Problem("malformed", 404)
        : ScriptedAnswer.Text(200, "application/pem-certificate-chain", chain).With("Link", $"<{Url("/directory")}>;rel=\"index\", <{Url($"/certificate/{order.Number}{(suffix.Length == 0 ? "/other" : "")}")}>;rel=\"alternate\"");

    private string Show(ScriptedOrder order) => $$"""
        {"status":"{{order.Status}}","expires":"{{order.Expires:O}}","finalize":"{{Url($"/finalize/{order.Number}")}}",
        {{(order.Status == "valid" ? $"\"certificate\":\"{Url($"/certificate/{order.Number}")}\"," : "")}}
        "identifiers":[{{string.Join(',', order.Names.Select(Identifier))}}],
        "authorizations":[{{string.Join(',', order.Names.Select((_, index) => $"\"{Url($"/authorization/{order.Number}/{index}")}\""))}}]}
        """;

    private static string Identifier((string Type, string Value) name) => $$"""{"type":"{{name.Type}}","value":"{{name.Value}}"}""";

    private string Authorization(ScriptedOrder order, int name) => $$"""
        {"status":"{{(order.Authorizations[name] == "processing" ? "pending" : order.Authorizations[name])}}","identifier":{{Identifier(order.Names[name])}},
        "challenges":[{"type":"dns-01","url":"{{Url("/dns")}}","status":"pending","token":"x"},{{Challenge(order, name, "http-01")}},{{Challenge(order, name, "tls-alpn-01")}}]}
        """;

    private string Challenge(ScriptedOrder order, int name, string kind)
    {
        var status = order.Answered[name] == kind ? order.Authorizations[name] : "pending";
        var error = status == "invalid" ? """,  "error":{"type":"urn:ietf:params:acme:error:connection","detail":"no way there"}""" : "";
        return $$"""{"type":"{{kind}}","url":"{{Url($"/challenge/{order.Number}/{name}/{kind}")}}","status":"{{status}}","token":"{{ScriptedOrder.Token(order.Number, name, kind)}}"{{error}}}""";
    }
}
