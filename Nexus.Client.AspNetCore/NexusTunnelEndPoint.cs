using System.Globalization;
using System.Net;

namespace Nexus.Client.AspNetCore;

/// <summary>Where Kestrel listens without a socket: the users of one public port of a backend.</summary>
/// <param name="backendName">Name of the backend.</param>
/// <param name="port">Public port of the hub that the users reach, 1 to 65535.</param>
/// <param name="isTls">Whether users who speak TLS come here, or those who do not; the hub tells them apart on every port.</param>
public sealed class NexusTunnelEndPoint(string backendName, int port, bool isTls) : EndPoint, IEquatable<NexusTunnelEndPoint>
{
    /// <summary>Name of the backend.</summary>
    public string BackendName { get; } = backendName;

    /// <summary>Public port of the hub.</summary>
    public int Port { get; } = port;

    /// <summary>Whether the users speak TLS.</summary>
    public bool IsTls { get; } = isTls;

    /// <inheritdoc/>
    public bool Equals(NexusTunnelEndPoint? other) => other is not null && other.BackendName == BackendName && other.Port == Port && other.IsTls == IsTls;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NexusTunnelEndPoint);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(BackendName, Port, IsTls);

    /// <summary>For logs: <c>web.nexus:443</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{BackendName}.nexus:{Port}");
}
