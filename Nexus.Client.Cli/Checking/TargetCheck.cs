using System.Net.Sockets;

namespace Nexus.Client.Cli.Checking;

/// <summary>Whether the local service takes connections.</summary>
internal static class TargetCheck
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static async Task<Finding> RunAsync(string target, CancellationToken stop)
    {
        var colon = target.LastIndexOf(':');
        var host = target[..colon].Trim('[', ']');
        var problem = await PublicPort.TryConnectAsync(host.Length == 0 ? "localhost" : host, target[(colon + 1)..], s_patience, stop);
        return problem switch
        {
            null => Finding.Ok($"The local service at {target} takes connections."),
            SocketError.ConnectionRefused => Finding.Problem($"Nothing listens at {target}.", "Start the service, or name the port that it really has."),
            SocketError.TimedOut => Finding.Problem($"{target} does not answer.", "Is that the right address, and does a firewall of that machine let this one in?"),
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => Finding.Problem($"{host} has no address.", "Is the name right? In a container, \"localhost\" is the container itself."),
            _ => Finding.Problem($"{target} cannot be reached ({problem}).", "Look whether this machine has a way to it."),
        };
    }
}
