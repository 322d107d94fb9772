using System.ComponentModel.DataAnnotations;
using Nexus.Identities;

namespace Nexus.Hub.Announcing;

/// <summary>How this hub presents itself to the region's route directory.</summary>
internal sealed class AnnouncingOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Hub:Announcing";

    /// <summary>The gRPC addresses of the region's directories, one of which is told at a time; by default those of the service "mesh".</summary>
    public IList<Uri> DirectoryAddresses { get; } = [];

    /// <summary>Where edges open streams to this hub, such as "http://10.0.0.5:5011"; by default the hub's own gRPC endpoint.</summary>
    public Uri? StreamAddress { get; set; }

    /// <summary>Empty: the only region.</summary>
    public string Region { get; set; } = "";

    /// <summary>A third of the directory's lease of 15 s, so that it survives two lost heartbeats.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")] public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Most routes in one message, to stay far below gRPC's 4 MiB: a name takes up to 253 bytes.</summary>
    [Range(1, 10_000)] public int MaxRoutesPerMessage { get; set; } = 5_000;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (DirectoryAddresses.Count == 0 || DirectoryAddresses.Any(address => address is not { IsAbsoluteUri: true, Scheme: "http" or "https" }))
        {
            yield return new("the address of the service mesh is needed (services:mesh:grpc:0, and :1 and so on for more).", [nameof(DirectoryAddresses)]);
        }

        foreach (var address in DirectoryAddresses.Append(StreamAddress).OfType<Uri>().Where(address => address.IsAbsoluteUri && !InternalAddresses.IsAllowed(address)))
        {
            yield return new($"{address} is not a loopback address; calls between hosts need https.", [address == StreamAddress ? nameof(StreamAddress) : nameof(DirectoryAddresses)]);
        }

        if (StreamAddress is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            yield return new("needed when Kestrel:Endpoints:Grpc:Url has no fixed port.", [nameof(StreamAddress)]);
        }
    }
}
