using System.Text;
using Nexus.Client;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;

namespace Nexus.Fuzzing.Targets;

/// <summary>What backends and hubs tell each other: control messages, challenges, tokens, names.</summary>
internal static class MessageTargets
{
    private static readonly string[] s_fields =
        ["event", "client_id", "conn_port", "client_ip", "transport", "hostname", "is_tls", "reason", "target_addr", "success", "credits", "traceparent", "tracestate", "half_close", "type", "nonce"];

    private static readonly string[] s_claims =
        ["hostnames", "tcp_ports", "udp_routes", "port", "flow_idle_timeout_seconds", "weight", "session_nonce", "handshake_max_age_seconds", "reauth_interval_seconds", "reauth_grace_seconds",
            "maintenance_grace_cap_seconds", "authorizer_status_uri", "policy_version", "outbound_allowed", "allowed_outbound_ports", "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "alg", "kid", "typ"];

    private static readonly string[] s_texts =
        ["connect", "disconnect", "resume_stream", "00112233-4455-6677-8899-aabbccddeeff", "{00112233-4455-6677-8899-aabbccddeeff}", "urn:uuid:00112233-4455-6677-8899-aabbccddeeff", "127.0.0.1:80", "[::1]:443",
            "app.example.test", "*.example.test", "TCP:53", "nexus", "authorizer", "handshake_challenge", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "https://status.example/x", "\\\\\\\"", "HS256", "none", "RS256"];

    // One thread runs a target.
    private static readonly byte[] s_written = new byte[8 * DataFrame.MaxMessageSize];
    private static readonly byte[] s_key = Encoding.UTF8.GetBytes("secret");
    private static readonly string[] s_algorithms = ["HS256", "HS384", "HS512", "none", "RS256", "ES256", "EdDSA", ""];

    public static FuzzTarget Control { get; } = new("control JSON", Corpus.Texts(
        """{"event":"connect","client_id":"00112233-4455-6677-8899-aabbccddeeff","conn_port":443,"client_ip":"203.0.113.10:54321","transport":"tcp","hostname":"app.example.com","is_tls":true,"credits":64}""",
        """{"event":"disconnect","client_id":"00112233-4455-6677-8899-aabbccddeeff","reason":"normal"}""",
        """{"event":"resume_stream","client_id":"00112233-4455-6677-8899-aabbccddeeff","credits":8}""",
        """{"event":"outbound_connect","client_id":"00112233-4455-6677-8899-aabbccddeeff","target_addr":"[::1]:25"}"""),
        random => JsonText.Make(random, s_fields, s_texts), ParseControl);

    public static FuzzTarget Challenge { get; } = new("challenge JSON", Corpus.Texts("""{"type":"handshake_challenge","nonce":"abc"}""", """{"type":"reauth_challenge","nonce":"wXK9ebAc6RQIBTKStNEZRymeOFHRNAUVcG9HW-JDo4w"}"""),
        random => JsonText.Make(random, s_fields, s_texts), input => ChallengeMessage.TryRead(input, out _));

    public static FuzzTarget Token { get; } = new("token", Corpus.Texts(
        BackendToken.Sign(new BackendClaims { Hostnames = ["app.example.test"], Weight = 2 }, s_key),
        BackendToken.Sign(new BackendClaims { TcpPorts = [53, 80], SessionNonce = "n" }, s_key)), MakeToken, ParseToken);

    public static FuzzTarget Claims { get; } = new("claims JSON", Corpus.Texts(
        """{"hostnames":["imap.example.com"],"weight":1,"handshake_max_age_seconds":5,"reauth_interval_seconds":900,"outbound_allowed":true,"allowed_outbound_ports":[25,465,587],"iss":"authorizer","aud":["nexus"],"exp":1700000045,"iat":1700000000}""",
        """{"tcp_ports":[53],"udp_routes":[{"port":53,"flow_idle_timeout_seconds":7}],"aud":"nexus","exp":1700000045.5}"""),
        random => JsonText.Make(random, s_claims, s_texts), ParseClaims);

    public static FuzzTarget Names { get; } = new("names", Corpus.Texts("Example.COM.", "b\u00FCcher.example", "*.example.com", "tcp:53", "a..b", "xn--bcher-kva.example", "\uFF21\uFF22\uFF23.example", "\u200Bfoo.com"),
        MakeName, ParseName);

    public static FuzzTarget CommandOutput { get; } = new("command output", Corpus.Texts("token\nrest", """{"token":"abc","expiry":"2030-01-01T00:00:00Z"}"""),
        random => JsonText.Make(random, ["token", "expiry", "x"], s_texts), ParseCommandOutput);

    // What was understood can be said again, and is then understood the same. (Once more first: what stands for bytes that are no
    // Unicode is longer than they were, and long texts are cut.)
    private static void ParseControl(byte[] input)
    {
        if (!ControlMessage.TryRead(input, out var message) || Repeat(message) is not { } again) return;
        var third = Repeat(again);
        Corpus.Check(third == again, $"{again} came back as {third}");
    }

    private static ControlMessage? Repeat(in ControlMessage message)
    {
        if (!message.TryWrite(s_written, out var length)) return null;
        Corpus.Check(ControlMessage.TryRead(s_written.AsSpan(0, length), out var again), $"{message} cannot be read again");
        return again;
    }

    private static void ParseClaims(byte[] input)
    {
        if (!BackendClaims.TryRead(input, out var claims)) return;
        Corpus.Check(BackendClaims.TryRead(claims.ToJson(), out _), "the claims cannot be read back");
    }

    private static void ParseToken(byte[] input)
    {
        if (BackendToken.TryReadHmac(input, [s_key], out var claims, out _)) Corpus.Check(claims is not null, "a token without claims");
    }

    private static byte[] MakeToken(Random random)
    {
        var header = $$"""{"alg":"{{s_algorithms[random.Next(s_algorithms.Length)]}}","typ":"JWT"}""";
        var signed = $"{Text(Encoding.UTF8.GetBytes(header))}.{Text(JsonText.Make(random, s_claims, s_texts))}";
        var signature = System.Security.Cryptography.HMACSHA256.HashData(s_key, Encoding.ASCII.GetBytes(signed));
        return Encoding.ASCII.GetBytes($"{signed}.{Text(random.Next(3) == 0 ? [1, 2, 3] : signature)}");
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static byte[] MakeName(Random random)
    {
        string[] pieces = [".", "a", "-", "*", "xn--", ":", "\u00DF", "\u3002", "\uFF0E", "\u200D", "0", " ", "_", "tcp:", "\uD83D\uDE00", "example", new('l', 64)];
        return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)])));
    }

    private static void ParseName(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        _ = HostName.Normalize(text);
        _ = HostName.NormalizeOrWildcard(text);
        if (!RouteKey.TryParseClaim(text, out var key)) return;
        Corpus.Check(RouteKey.TryParseWireText(key.ToWireText(), out var again) && again == key, $"{key} came back as {again}");
    }

    private static void ParseCommandOutput(byte[] input)
    {
        try
        {
            Corpus.Check(Client.Attestation.CommandOutput.Parse(input).Value.Length > 0, "an empty token");
        }
        catch (NexusTokenException)
        {
            // Says that there is no token.
        }
    }
}
