using System.ComponentModel.DataAnnotations;
using Nexus.Identities;
using Nexus.ServiceDefaults;

namespace Nexus.WebSocketHosting.Certificates;

/// <summary>Where the node's certificate comes from.</summary>
internal sealed class CertificatesOptions : IValidatableObject
{
    /// <summary>The gRPC address of Certs; by default those of all replicas of the service "certs".</summary>
    public Uri? Address { get; set; }

    /// <summary>Those that are asked, one at a time.</summary>
    internal IReadOnlyList<Uri> Replicas { get; private set; } = [];

    /// <summary>Takes the replicas that the configuration names.</summary>
    internal void Find(IConfiguration configuration)
    {
        if (Address is null && ServiceAddress.TryGetAllGrpc(configuration, "certs", out var all)) Replicas = all;
        else Replicas = Address is { } one ? [one] : [];
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Replicas.Count == 0 || Replicas.Any(address => address is not { IsAbsoluteUri: true, Scheme: "http" or "https" }))
        {
            yield return new("the address of the service certs is needed (services:certs:grpc:0).", [nameof(Address)]);
            yield break;
        }

        foreach (var address in Replicas.Where(address => !InternalAddresses.IsAllowed(address)))
        {
            yield return new($"{address} is not a loopback address; calls between hosts need https.", [nameof(Address)]);
        }
    }
}
