using System.ComponentModel.DataAnnotations;
using Nexus.Identities;

namespace Nexus.WebSocketHosting.Certificates;

/// <summary>Where the node's certificate comes from.</summary>
internal sealed class CertificatesOptions : IValidatableObject
{
    /// <summary>The gRPC address of Certs; by default that of the service "certs".</summary>
    public Uri? Address { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            yield return new("the address of the service certs is needed (services:certs:grpc:0).", [nameof(Address)]);
        }
        else if (!InternalAddresses.IsAllowed(Address))
        {
            yield return new($"{Address} is not a loopback address; calls between hosts need https.", [nameof(Address)]);
        }
    }
}
