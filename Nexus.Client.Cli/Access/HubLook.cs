namespace Nexus.Client.Cli.Access;

/// <summary>One look at a hub.</summary>
internal static class HubLook
{
    /// <summary>Stands where a backend needs a name. It is never claimed: a look ends before. RFC 6761 §6.4 keeps the name from ever being somebody's.</summary>
    public const string NobodysName = "login.nexus.invalid";

    /// <exception cref="CommandException">The token's file cannot be read, or is empty.</exception>
    public static async Task<NexusProbeResult> LookAsync(HubAccess access, CancellationToken stop)
    {
        var backend = access.CreateBackend("nexus login");
        backend.Hostnames = [NobodysName];
        backend.PortMappings[1] = new() { Default = "localhost:1" };
        try
        {
            await using var client = new NexusClient(backend);
            return (await client.ProbeAsync(stop))[0];
        }
        catch (NexusTokenException ex)
        {
            throw new CommandException(ex.Message);
        }
    }
}
