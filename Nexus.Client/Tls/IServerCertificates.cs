namespace Nexus.Client.Tls;

/// <summary>Where a target's certificate comes from.</summary>
internal interface IServerCertificates
{
    /// <summary>The present certificate for a user's handshake; null when there is none. Asked for each user; does not wait for anything.</summary>
    /// <param name="hostname">Normalised host name that the user asked for.</param>
    ServerCertificate? Find(string hostname);
}
