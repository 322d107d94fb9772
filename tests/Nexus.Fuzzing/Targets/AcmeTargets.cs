using System.Security.Cryptography;
using System.Text;
using Nexus.Acme.Authority;
using Nexus.Acme.Certificates;
using Nexus.Acme.Orders;
using Nexus.Acme.Problems;
using Nexus.Acme.Renewal;
using Nexus.Acme.Transport;

namespace Nexus.Fuzzing.Targets;

/// <summary>Answers of an ACME authority: JSON of every kind, header fields, chains.</summary>
internal static class AcmeTargets
{
    private static readonly string[] s_names =
        ["newNonce", "newAccount", "newOrder", "renewalInfo", "meta", "profiles", "caaIdentities", "termsOfService", "type", "detail", "status", "identifier", "value", "subproblems", "instance",
            "authorizations", "finalize", "certificate", "expires", "error", "challenges", "token", "url", "suggestedWindow", "start", "end", "identifiers", "contact"];

    private static readonly string[] s_texts =
        ["https://ca.example/a", "https://other.example/a", "http://ca.example/a", "https://127.0.0.1/a", "urn:ietf:params:acme:error:rateLimited", "urn:ietf:params:acme:error:compound", "pending", "ready", "valid",
            "invalid", "processing", "dns", "ip", "a.example.com", "*.example.com", "192.0.2.1", "2030-01-01T00:00:00Z", "2029-01-01T00:00:00+14:00", "http-01", "tls-alpn-01", "abc-_1", "../a"];

    // A root for a.example and 192.0.2.1 that names its issuer's key.
    private const string Certificate =
        "MIIBizCCATGgAwIBAgIUHvsLQS4toc+LyMO4TFxerpXcXOkwCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBeDAgFw0yNjExMjIwNTI0NTRaGA8yMTI2MTAyOTA1MjQ1NFowDDEKMAgGA1UEAwwBeDBZMB" +
        "MGByqGSM49AgEGCCqGSM49AwEHA0IABNoScUR3cNVHiJlCOR7JtyP3IhQNLeH3XlIe9t5PvOTMDejnRG6xSpk4LgRESxYL67FK6D7vMPDT+jUl+ITEX82jbzBtMB0GA1UdDgQWBBQET3bZHRlqx1cL" +
        "XzRzRU2YRrR0oTAPBgNVHRMBAf8EBTADAQH/MBoGA1UdEQQTMBGCCWEuZXhhbXBsZYcEwAACATAfBgNVHSMEGDAWgBQET3bZHRlqx1cLXzRzRU2YRrR0oTAKBggqhkjOPQQDAgNIADBFAiBfcW2jS3" +
        "wXJL8nhGlLGyM0jb091x2KZNpRS3UrpsJDyQIhAPziSyo7AeWCy2SV8uz85sY/Alu8U6TcJMirO0rzRyFq";

    private static readonly Uri s_url = new("https://ca.example/x");
    private static readonly AuthorityUrls s_urls = new(new Uri("https://ca.example/directory"));
    private static readonly DateTimeOffset s_now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static FuzzTarget Answers { get; } = new("ACME answers", Corpus.Texts(
        """{"newNonce":"https://ca.example/n","newAccount":"https://ca.example/a","newOrder":"https://ca.example/o","meta":{"profiles":{"short":"x"},"caaIdentities":["ca.example"],"externalAccountRequired":true}}""",
        """{"type":"urn:ietf:params:acme:error:compound","status":403,"detail":"no","subproblems":[{"type":"urn:ietf:params:acme:error:caa","detail":"x","identifier":{"type":"dns","value":"a.example"}}]}""",
        """{"status":"valid","expires":"2030-01-01T00:00:00Z","finalize":"https://ca.example/f","certificate":"https://ca.example/c","authorizations":["https://ca.example/1"],"error":{"type":"about:blank"}}""",
        """{"status":"pending","identifier":{"type":"dns","value":"a.example"},"challenges":[{"type":"http-01","url":"https://ca.example/h","status":"pending","token":"abc"}]}""",
        """{"suggestedWindow":{"start":"2030-01-01T00:00:00Z","end":"2030-01-02T00:00:00Z"},"explanationURL":"https://ca.example/why"}"""),
        random => JsonText.Make(random, s_names, s_texts), ParseAnswer)
    { FreeBytes = 96 * 1024, MaxAmplification = 200 };

    public static FuzzTarget Fields { get; } = new("ACME fields", Corpus.Texts(
        "<https://ca.example/1>;rel=\"alternate\", </2>; rel=index", "Tue, 01 Jan 2030 01:00:00 GMT", "120", "xn--bcher-kva.example", "2001:db8::1", "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE"),
        MakeField, ParseField);

    public static FuzzTarget Chains { get; } = new("ACME chains", [Pem(Convert.FromBase64String(Certificate)), .. Corpus.Texts(string.Concat(Enumerable.Repeat("-----BEGIN A-----\n", 3_600)))],
        MakeChain, ParseChain)
    { FreeBytes = 96 * 1024, MaxInput = AuthorityConnection.MaxChain };

    private static void ParseAnswer(byte[] input)
    {
        var answer = new AuthorityAnswer { Status = 200, MediaType = "application/json", Body = input };
        Try(() => answer.Read(json => AcmeDirectory.Parse(json, s_urls)));
        Try(() => answer.Read(json => AcmeOrder.Parse(json, s_url, s_urls, null)));
        Try(() => answer.Read(json => AcmeAuthorization.Parse(json, s_url, s_urls, null)));
        Try(() => answer.Read(json => RenewalInfo.Parse(json, null)));
        if (AcmeProblem.TryParse(input, 400) is not { } problem) return;
        var error = AcmeException.Of(problem);
        Corpus.Check(error.Message.Length < 20_000 && !error.Message.Any(char.IsControl), "a message that is too long or has control characters");
    }

    private static void ParseField(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        Corpus.Check(LinkField.Find([text], "alternate", 8).Count <= 8, "more links than asked for");
        Corpus.Check(RetryAfterField.TryParse(text, s_now) is not { } time || time >= TimeSpan.Zero, "a negative time");
        Corpus.Check(!CertificateId.TryParse(text, out var id) || !id.ToString().Contains('/', StringComparison.Ordinal), "a name with a slash");
        if (!AcmeIdentifier.TryParse(text, out var name, out _)) return;
        Corpus.Check(AcmeIdentifier.Parse(name.Value) == name, $"{name} came back as another");
        Corpus.Check(name.Value.Length <= 253 && name.Value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or ':'), $"{name} is no name");
    }

    private static void ParseChain(byte[] input) => Try(() =>
    {
        var chain = CertificateChain.Parse(input);
        chain.LeadsTo("x");
        using var leaf = chain.LoadLeaf();
        _ = CertificateId.TryOf(leaf);
        Corpus.Check(IssuedCertificate.TryCreate(chain, "", []) is null, "a certificate without a key");
        return chain;
    });

    private static void Try<T>(Func<T> read)
    {
        try
        {
            read();
        }
        catch (AcmeException)
        {
            // The one way to refuse.
        }
    }

    private static byte[] MakeField(Random random)
    {
        string[] parts = ["<", ">", ";", ",", "\"", "rel=", "alternate", "https://ca.example/1", " ", "=", "1", "Tue, ", "GMT", ".", "*.", "ü", "xn--", "-", ":", "a", "\\", "\u202E"];
        return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => parts[random.Next(parts.Length)])));
    }

    // The certificate with some of its bytes changed, as valid PEM.
    private static byte[] MakeChain(Random random)
    {
        var der = Convert.FromBase64String(Certificate);
        for (var change = random.Next(4); change > 0; change--) der[random.Next(der.Length)] = (byte)random.Next(256);
        return Pem(der);
    }

    private static byte[] Pem(byte[] der) => Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", der));
}
