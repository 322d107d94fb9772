using Microsoft.Extensions.Options;

namespace Nexus.Identities;

/// <summary>No call without TLS to another host.</summary>
internal sealed class ServiceAddressesValidator(IConfiguration configuration) : IValidateOptions<ServiceAddressesOptions>
{
    private const string Prefix = ServiceAddressesOptions.SectionName + ":";

    public ValidateOptionsResult Validate(string? name, ServiceAddressesOptions options)
    {
        var failures = InternalAddresses.Configured(configuration)
            .Where(address => Uri.TryCreate(address.Value, UriKind.Absolute, out var uri) && !InternalAddresses.IsAllowed(uri)) // what is no address is its reader's to refuse
            .Select(address => $"{address.Key[Prefix.Length..]}: {address.Value} is not a loopback address; calls to other hosts need https.")
            .ToList();
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }
}
