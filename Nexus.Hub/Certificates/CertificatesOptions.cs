using System.ComponentModel.DataAnnotations;

namespace Nexus.Hub.Certificates;

/// <summary>Where the hub's certificate comes from.</summary>
internal sealed class CertificatesOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Hub:Certificates";

    /// <summary>The gRPC address of Certs; by default that of the service "certs".</summary>
    public Uri? Address { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            yield return new("the address of the service certs is needed (services:certs:grpc:0).", [nameof(Address)]);
        }
    }
}
