using System.Net;
using Microsoft.Extensions.Options;

namespace Nexus.Certs.Distribution;

/// <summary>
/// Private keys leave over loopback or a Unix socket only, as nothing else proves who asks. Names other than "localhost"
/// are refused, too: Kestrel binds them to every address.
/// </summary>
internal sealed class GrpcEndpointValidator : IValidateOptions<GrpcEndpointOptions>
{
    public ValidateOptionsResult Validate(string? name, GrpcEndpointOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Url)) return ValidateOptionsResult.Fail("Url: is missing.");
        return IsLocal(options.Url)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Url: {options.Url} is not a loopback address or a Unix socket; private keys are handed out there.");
    }

    private static bool IsLocal(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            if (address.IsUnixPipe) return true;
            var host = address.Host is ['[', .. var inner, ']'] ? inner : address.Host;
            return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
        }
        catch (FormatException)
        {
            return false; // the only way BindingAddress has to say "not an address"
        }
    }
}
