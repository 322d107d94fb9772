using Grpc.Core;

namespace Nexus.Identities;

/// <summary>Where this process's identity comes from.</summary>
internal interface IIdentityIssuer
{
    /// <param name="current">The one to be replaced; null at the start of the process.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IdentityRefusedException">There will be none this way.</exception>
    /// <exception cref="RpcException">Not now.</exception>
    Task<Identity> IssueAsync(Identity? current, CancellationToken cancellationToken);
}
