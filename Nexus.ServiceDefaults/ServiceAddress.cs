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
        return IsHttp(configuration[GrpcKey(service)], out address);
    }

    /// <summary>
    /// The addresses of all replicas of a service, <c>services:NAME:grpc:0</c> and so on, in the order of their numbers; false when there is none,
    /// or when one is not an http(s) address.
    /// </summary>
    public static bool TryGetAllGrpc(IConfiguration configuration, string service, out IReadOnlyList<Uri> addresses)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var found = new List<Uri>();
        var texts = configuration.GetSection($"services:{service}:grpc").GetChildren().OrderBy(child => child.Key.Length).ThenBy(child => child.Key, StringComparer.Ordinal);
        foreach (var text in texts)
        {
            if (IsHttp(text.Value, out var address)) found.Add(address);
            else found.Clear();
            if (found.Count == 0) break;
        }

        addresses = found;
        return found.Count > 0;
    }

    /// <summary>The configuration key of a service's gRPC endpoint, for error messages.</summary>
    public static string GrpcKey(string service) => $"services:{service}:grpc:0";

    private static bool IsHttp(string? text, [NotNullWhen(true)] out Uri? address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
}
