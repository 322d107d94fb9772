using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace Nexus.ServiceDefaults;

/// <summary>Where another service is, by Aspire's convention: <c>services:NAME:ENDPOINT:0</c> (in the environment <c>services__NAME__ENDPOINT__0</c>).</summary>
public static class ServiceAddress
{
    /// <summary>The address of a service's gRPC endpoint; false when it is not configured or not an http(s) address.</summary>
    public static bool TryGetGrpc(IConfiguration configuration, string service, [NotNullWhen(true)] out Uri? address)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Uri.TryCreate(configuration[GrpcKey(service)], UriKind.Absolute, out address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
    }

    /// <summary>The configuration key of a service's gRPC endpoint, for error messages.</summary>
    public static string GrpcKey(string service) => $"services:{service}:grpc:0";
}
