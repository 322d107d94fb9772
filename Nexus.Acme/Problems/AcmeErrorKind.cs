namespace Nexus.Acme.Problems;

/// <summary>Why the authority, or this client on its behalf, did not do what was asked.</summary>
public enum AcmeErrorKind
{
    /// <summary>A problem document of a type that this client does not know, or none at all.</summary>
    Unknown,

    /// <summary><c>accountDoesNotExist</c>, RFC 8555 §6.7.</summary>
    AccountDoesNotExist,

    /// <summary><c>alreadyReplaced</c>, RFC 9773 §7.4.</summary>
    AlreadyReplaced,

    /// <summary><c>alreadyRevoked</c>, RFC 8555 §6.7.</summary>
    AlreadyRevoked,

    /// <summary><c>badCSR</c>, RFC 8555 §6.7.</summary>
    BadCsr,

    /// <summary><c>badNonce</c>, RFC 8555 §6.5; seen only when the retries are used up.</summary>
    BadNonce,

    /// <summary><c>badPublicKey</c>, RFC 8555 §6.7.</summary>
    BadPublicKey,

    /// <summary><c>badRevocationReason</c>, RFC 8555 §6.7.</summary>
    BadRevocationReason,

    /// <summary><c>badSignatureAlgorithm</c>, RFC 8555 §6.7.</summary>
    BadSignatureAlgorithm,

    /// <summary><c>caa</c>, RFC 8555 §6.7.</summary>
    Caa,

    /// <summary><c>compound</c>, RFC 8555 §6.7: the subproblems say what.</summary>
    Compound,

    /// <summary><c>connection</c>, RFC 8555 §6.7.</summary>
    Connection,

    /// <summary><c>dns</c>, RFC 8555 §6.7.</summary>
    Dns,

    /// <summary><c>externalAccountRequired</c>, RFC 8555 §6.7.</summary>
    ExternalAccountRequired,

    /// <summary><c>incorrectResponse</c>, RFC 8555 §6.7.</summary>
    IncorrectResponse,

    /// <summary><c>invalidContact</c>, RFC 8555 §6.7.</summary>
    InvalidContact,

    /// <summary><c>invalidProfile</c>, of the profiles extension.</summary>
    InvalidProfile,

    /// <summary><c>malformed</c>, RFC 8555 §6.7.</summary>
    Malformed,

    /// <summary><c>orderNotReady</c>, RFC 8555 §6.7.</summary>
    OrderNotReady,

    /// <summary><c>rateLimited</c>, RFC 8555 §6.6, or status 429.</summary>
    RateLimited,

    /// <summary><c>rejectedIdentifier</c>, RFC 8555 §6.7.</summary>
    RejectedIdentifier,

    /// <summary><c>serverInternal</c>, RFC 8555 §6.7, or a status of 500 and above.</summary>
    ServerInternal,

    /// <summary><c>tls</c>, RFC 8555 §6.7.</summary>
    Tls,

    /// <summary><c>unauthorized</c>, RFC 8555 §6.7.</summary>
    Unauthorized,

    /// <summary><c>unsupportedContact</c>, RFC 8555 §6.7.</summary>
    UnsupportedContact,

    /// <summary><c>unsupportedIdentifier</c>, RFC 8555 §6.7.</summary>
    UnsupportedIdentifier,

    /// <summary><c>userActionRequired</c>, RFC 8555 §6.7.</summary>
    UserActionRequired,

    /// <summary>Status 404 or 410: the authority does not know what was asked for (any more).</summary>
    NotFound,

    /// <summary>No connection to the authority, or none that can be trusted.</summary>
    Unreachable,

    /// <summary>The authority did not answer in time.</summary>
    TimedOut,

    /// <summary>The authority's answer is not what RFC 8555 asks for: other media type, no JSON, a field missing.</summary>
    BadAnswer,

    /// <summary>The authority's answer is longer than any honest one.</summary>
    AnswerTooLarge,

    /// <summary>The authority answered with a redirect, which is not followed.</summary>
    Redirected,

    /// <summary>An address in an answer has another scheme, or leads to where this client does not go.</summary>
    RefusedAddress,

    /// <summary>The authority has terms of service that nobody has agreed to.</summary>
    TermsNotAgreed,

    /// <summary>The authority offers no proof that this client can give.</summary>
    NoUsableChallenge,

    /// <summary>The order became invalid, and the authority does not say why.</summary>
    OrderInvalid,

    /// <summary>The authority has not finished in the time that this client waits.</summary>
    StillProcessing,

    /// <summary>The certificate is not for the key, or not for the names, that were asked for.</summary>
    WrongCertificate,
}
