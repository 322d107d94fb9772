using static Nexus.Acme.Problems.AcmeErrorKind;
using static Nexus.Acme.Problems.AcmeRetry;

namespace Nexus.Acme.Problems;

/// <summary>What each kind of error means and what helps.</summary>
internal static class Explanations
{
    private const string ReportIt = "Nothing that you can set; the authority or this program is at fault. It is tried again by itself.";

    private static readonly Dictionary<AcmeErrorKind, AcmeExplanation> s_all = new()
    {
        [Unknown] = new("The authority refused for a reason that this program does not know.", "Read what the authority says.", AfterRepair),
        [AccountDoesNotExist] = new("The authority does not know this account.", "Nothing: a new account is made with the same key.", Soon),
        [AlreadyReplaced] = new("The certificate that this order replaces has been replaced before.", "Nothing: the order is placed without that remark.", Soon),
        [AlreadyRevoked] = new("The certificate has been revoked before.", "Nothing: it is revoked.", AfterChange),
        [BadCsr] = new("The authority does not accept the request's key or its form.", "Check the names and the profile; this authority may want another kind of key.", AfterChange),
        [BadNonce] = new("The authority refused every one-time number that it gave out.", "Nothing: it is tried again. If it stays so, the authority's servers do not share their state.", Soon),
        [BadPublicKey] = new("The authority does not accept this public key.", "Replace the account key: this authority refuses its kind or size.", AfterChange),
        [BadRevocationReason] = new("The authority does not allow this reason for a revocation.", "Give another reason, or none.", AfterChange),
        [BadSignatureAlgorithm] = new("The authority does not support this kind of account key.", "Use an ECDSA P-256 account key.", AfterChange),
        [Caa] = new("A CAA record of the domain forbids this authority to issue.", "Add the authority's name to the domain's CAA records, or remove them, or choose another authority.", AfterRepair),
        [Compound] = new("Several things are wrong at once.", "See the list of subproblems, each with its name.", AfterRepair),
        [Connection] = new("The authority could not connect to the name to check it.", "Check that the name's address is this system's, and that ports 80 and 443 are open from the internet.", AfterRepair),
        [Dns] = new("The authority could not look up the name.", "Check that the name has an A or AAAA record with the public address, and that its DNS servers answer.", AfterRepair),
        [ExternalAccountRequired] = new("The authority only serves accounts that are bound to a customer account.", "Get a key identifier and a MAC key from the authority and set them as external account binding.", AfterChange),
        [IncorrectResponse] = new("The authority reached something, but it did not give the proof.", "Check that the name leads here, and that no other server or proxy answers on ports 80 and 443.", AfterRepair),
        [InvalidContact] = new("The authority does not accept a contact address.", "Correct the e-mail address in the settings.", AfterChange),
        [InvalidProfile] = new("The authority does not offer the profile that is set.", "Choose one of the authority's profiles, or none.", AfterChange),
        [Malformed] = new("The authority does not understand the request.", "Check the names and other settings; else this program is at fault.", AfterChange),
        [OrderNotReady] = new("The authority still checks the order.", "Nothing: it is tried again by itself.", Soon),
        [RateLimited] = new("A rate limit of the authority is reached.", "Wait. It is tried again when the authority allows it; trying by hand makes it later.", Later),
        [RejectedIdentifier] = new("The authority does not issue for this name, as a matter of its policy.", "Check the name's spelling; a name that is not public needs the internal authority.", AfterChange),
        [ServerInternal] = new("The authority has trouble of its own.", "Nothing: it is tried again by itself. Its status page may say more.", Soon),
        [Tls] = new("The authority connected to the name, but the TLS handshake failed.", "Check that port 443 of the name leads here and that nothing in between ends TLS.", AfterRepair),
        [Unauthorized] = new("The authority does not accept the proof, or the account may not do this.", "Check that the name leads here and that no other server answers for it; then that the account is not deactivated.", AfterRepair),
        [UnsupportedContact] = new("The authority does not support this kind of contact.", "Use an e-mail address, or none.", AfterChange),
        [UnsupportedIdentifier] = new("The authority does not issue for this kind of name.", "Use a DNS name instead of an IP address, or an authority that does.", AfterChange),
        [UserActionRequired] = new("The authority waits for something that only you can do.", "Open the address that it names, usually to agree to new terms.", AfterChange),
        [NotFound] = new("The authority does not know what was asked for; it may have forgotten it.", "Nothing: it is begun anew. If it stays so, check the directory address.", Soon),
        [Unreachable] = new("The authority cannot be reached, or its certificate is not trusted.", "Check the directory address, DNS, the proxy and the firewall of this machine, and its clock.", Soon),
        [TimedOut] = new("The authority did not answer in time.", "Nothing: it is tried again by itself. If it stays so, check firewall and proxy.", Soon),
        [BadAnswer] = new("The answer is not one of an ACME authority.", "Check the directory address; a proxy or a login page may answer in its place.", AfterRepair),
        [AnswerTooLarge] = new("The answer is longer than an authority's may be.", "Check the directory address; something else answers there.", AfterRepair),
        [Redirected] = new("The authority's address redirects elsewhere, which is not followed.", "Set the directory address that it redirects to, if you trust it.", AfterChange),
        [RefusedAddress] = new("The authority's answer leads to an address that is not safe to use.", "Check the directory address: it must begin with https and name the authority's own host.", AfterChange),
        [TermsNotAgreed] = new("The authority has terms of service that nobody has agreed to.", "Read them and agree to them in the settings.", AfterChange),
        [NoUsableChallenge] = new("The authority offers no way of proof that this program can give.", "Enable HTTP-01 or TLS-ALPN-01; an authority that only checks by DNS cannot be used.", AfterChange),
        [OrderInvalid] = new("The authority gave the order up without saying why.", "Nothing: it is tried again by itself.", AfterRepair),
        [StillProcessing] = new("The authority has not finished yet.", "Nothing: the same order is taken up again.", Soon),
        [WrongCertificate] = new("The authority sent a certificate for another key or other names.", ReportIt, AfterRepair),
    };

    public static AcmeExplanation Find(AcmeErrorKind kind) => s_all[kind];
}
