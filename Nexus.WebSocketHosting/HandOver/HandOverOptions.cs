using System.ComponentModel.DataAnnotations;
using Nexus.Contracts.Carriers.HandOver;

namespace Nexus.WebSocketHosting.HandOver;

/// <summary>How edges of the same host pass users' sockets to this process.</summary>
internal sealed class HandOverOptions : IValidatableObject
{
    /// <summary>Off, or on another system than Linux, edges relay every user by gRPC.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Of the Unix-domain socket; in a folder that exists. Empty: SERVICE-PID.sock in a folder of our own below XDG_RUNTIME_DIR, else /run,
    /// else the temporary folder. Edges need the same path, and the same user or root.
    /// </summary>
    public string SocketPath { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (OperatingSystem.IsLinux() && SocketPath.Length > 0 && !HandOverPath.IsValid(SocketPath))
            yield return new($"must be an absolute path of at most {HandOverLimits.MaxPath} bytes.", [nameof(SocketPath)]);
    }
}
