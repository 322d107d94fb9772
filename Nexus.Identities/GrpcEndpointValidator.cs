using Microsoft.Extensions.Options;

namespace Nexus.Identities;

/// <summary>
/// Without TLS nothing proves who calls: loopback or a Unix socket only. Names other than "localhost" are refused, too: Kestrel binds them
/// to every address.
/// </summary>
internal sealed class GrpcEndpointValidator : IValidateOptions<GrpcEndpointOptions>
{
    public ValidateOptionsResult Validate(string? name, GrpcEndpointOptions options) => string.IsNullOrWhiteSpace(options.Url) || InternalAddresses.IsAllowedEndpoint(options.Url)
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"Url: {options.Url} is neither a loopback address nor a Unix socket; calls from other hosts need https.");
}
