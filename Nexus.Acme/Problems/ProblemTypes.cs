namespace Nexus.Acme.Problems;

/// <summary>The registered error types, RFC 8555 §9.7.3 and later documents.</summary>
internal static class ProblemTypes
{
    private static readonly Dictionary<string, AcmeErrorKind> s_byName = new()
    {
        ["accountDoesNotExist"] = AcmeErrorKind.AccountDoesNotExist,
        ["alreadyReplaced"] = AcmeErrorKind.AlreadyReplaced,
        ["alreadyRevoked"] = AcmeErrorKind.AlreadyRevoked,
        ["badCSR"] = AcmeErrorKind.BadCsr,
        ["badNonce"] = AcmeErrorKind.BadNonce,
        ["badPublicKey"] = AcmeErrorKind.BadPublicKey,
        ["badRevocationReason"] = AcmeErrorKind.BadRevocationReason,
        ["badSignatureAlgorithm"] = AcmeErrorKind.BadSignatureAlgorithm,
        ["caa"] = AcmeErrorKind.Caa,
        ["compound"] = AcmeErrorKind.Compound,
        ["connection"] = AcmeErrorKind.Connection,
        ["dns"] = AcmeErrorKind.Dns,
        ["externalAccountRequired"] = AcmeErrorKind.ExternalAccountRequired,
        ["incorrectResponse"] = AcmeErrorKind.IncorrectResponse,
        ["invalidContact"] = AcmeErrorKind.InvalidContact,
        ["invalidProfile"] = AcmeErrorKind.InvalidProfile,
        ["malformed"] = AcmeErrorKind.Malformed,
        ["orderNotReady"] = AcmeErrorKind.OrderNotReady,
        ["rateLimited"] = AcmeErrorKind.RateLimited,
        ["rejectedIdentifier"] = AcmeErrorKind.RejectedIdentifier,
        ["serverInternal"] = AcmeErrorKind.ServerInternal,
        ["tls"] = AcmeErrorKind.Tls,
        ["unauthorized"] = AcmeErrorKind.Unauthorized,
        ["unsupportedContact"] = AcmeErrorKind.UnsupportedContact,
        ["unsupportedIdentifier"] = AcmeErrorKind.UnsupportedIdentifier,
        ["userActionRequired"] = AcmeErrorKind.UserActionRequired,
    };

    public static IReadOnlyCollection<string> Names => s_byName.Keys;

    public static AcmeErrorKind? Find(string name) => s_byName.TryGetValue(name, out var kind) ? kind : null;
}
