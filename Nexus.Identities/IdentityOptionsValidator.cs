using Microsoft.Extensions.Options;
using Nexus.ServiceDefaults;

namespace Nexus.Identities;

/// <summary>Says what is missing, and where to get it; never what a token is.</summary>
internal sealed class IdentityOptionsValidator(IConfiguration configuration, IdentityTerms terms) : IValidateOptions<IdentityOptions>
{
    public ValidateOptionsResult Validate(string? name, IdentityOptions options)
    {
        var failures = FindFailures(options).ToList();
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    private IEnumerable<string> FindFailures(IdentityOptions options)
    {
        if (options.JoinToken is { Length: > 0 } text)
        {
            if (!JoinToken.TryParse(text, out var token)) yield return "JoinToken: is not a join token.";
            else if (token.Role != terms.Role) yield return $"JoinToken: is for a service of another kind ({token.Role.ToWord()}).";
        }

        if (terms.Role == ServiceRole.Certs || !InternalAddresses.NeedIdentity(configuration)) yield break;
        if (!ServiceAddress.TryGetGrpc(configuration, "certs", out _)) yield return $"Directory: the identity comes from Certs, whose address is needed ({ServiceAddress.GrpcKey("certs")}).";
        if (File.Exists(options.FileOf(terms.Role))) yield break;
        if (options.JoinTokenFile is { Length: > 0 } file && !File.Exists(file)) yield return $"JoinTokenFile: there is no file {file}.";
        if (options is { JoinToken: null or "", JoinTokenFile: null or "" })
            yield return $"JoinToken: is needed, since services are called with https here. Where Certs runs, Nexus.Certs join-token {terms.Role.ToWord()} makes one.";
    }
}
