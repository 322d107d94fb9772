using System.Text;
using Nexus.Hub.Authentication;
using Nexus.Hub.Outbound;
using Nexus.Protocol.Backend;

namespace Nexus.Fuzzing.Targets;

/// <summary>What authorizers answer, and where backends want to go.</summary>
internal static class HubTargets
{
    private static readonly string[] s_fields = ["keys", "kty", "crv", "x", "y", "n", "e", "alg", "use", "kid", "key_ops", "valid", "claims", "error", "hostnames", "weight", "exp"];

    private static readonly string[] s_texts =
        ["EC", "OKP", "RSA", "P-256", "P-384", "Ed25519", "AQAB", "sig", "verify", "ES256", "EdDSA", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "app.test"];

    public static FuzzTarget KeySet { get; } = new("key set", Corpus.Texts(
        """{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","use":"sig","kid":"1"}]}""",
        """{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","alg":"EdDSA"}]}"""),
        random => [.. "{\"keys\":["u8, .. JsonText.Make(random, s_fields, s_texts), .. "]}"u8], input => JsonWebKeySet.TryRead(input, out _, out _));

    public static FuzzTarget VerifierAnswers { get; } = new("verifier answer", Corpus.Texts("""{"valid":true,"claims":{"hostnames":["app.test"],"weight":1}}""", """{"valid":false,"error":"expired"}"""),
        random => JsonText.Make(random, s_fields, s_texts), input => VerifierAnswer.Read(input));

    public static FuzzTarget OutboundTargets { get; } = new("outbound target", Corpus.Texts("example.com:25", "[::1]:443", "192.0.2.1:80", "[fe80::1%eth0]:1"), MakeTarget, ParseTarget);

    private static byte[] MakeTarget(Random random)
    {
        string[] pieces = ["[", "]", ":", "::1", "25", "65535", "65536", "-1", "+1", " 80", "http", "127.0.0.1", "0x7f.1", "2130706433", "localhost", "%eth0", "\u0000", "\u007f", new('a', 250), ".", "::ffff:10.0.0.1"];
        return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => pieces[random.Next(pieces.Length)])));
    }

    private static void ParseTarget(byte[] input)
    {
        if (OutboundTarget.TryParse(Encoding.UTF8.GetString(input), out var target) is not null) return;
        Corpus.Check(target.Port is > 0 and <= ushort.MaxValue && target.Host.Length > 0, $"{target} was taken");
    }
}
