using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Changes;

/// <summary>Changes while the client runs: spec/client.md §20.7.</summary>
public sealed class UpdateTests
{
    [Fact]
    public async Task UpdateRoutes_NewSessionIsUp_OldStreamsFinishOnTheOldOne()
    {
        var (client, old) = await ClientUnderTest.ConnectAsync(new ManualTimeProvider());
        await using var _ = client;
        await old.RoundTripAsync();
        var id = await old.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await old.SendDataAsync(id, [1]);
        await LocalService.ReceiveAsync(local, 1);

        var updating = client.Client.UpdateRoutesAsync(new() { Hostnames = ["new.example.test"], Weight = 3 }, TestContext.Current.CancellationToken);
        var fresh = await client.Hub.AcceptSessionAsync();
        Assert.False(updating.IsCompleted);
        await old.SendDataAsync(id, [2]);
        await LocalService.ReceiveAsync(local, 1);
        await fresh.RoundTripAsync();
        await updating.BoundedAsync();

        Assert.Contains("new.example.test", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(fresh.AttestToken.Split('.')[1])), StringComparison.Ordinal);
        await client.Logs.WaitForEventAsync(310);
        var late = await old.ConnectAsync();
        Assert.Equal("shutdown", (await old.WaitForControlAsync(late, "disconnect")).Reason);
        await LocalService.SendAsync(local, [3, 3]);
        local.Shutdown(SocketShutdown.Send);
        Assert.Equal([3, 3], await old.WaitForDataAsync(id, 2));
        await old.EndedAsync();
        Assert.Equal(1001, old.CloseCode);
        Assert.Equal("normal", (await old.WaitForControlAsync(id, "disconnect")).Reason);
        await fresh.RoundTripAsync();
        Assert.Equal(NexusSessionState.Connected, Assert.Single(client.Client.Sessions).State);
    }

    [Fact]
    public async Task UpdateRoutes_HubRefusesTheClaims_OldSessionGoesOn()
    {
        var (client, old) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        await old.RoundTripAsync();
        var updating = client.Client.UpdateRoutesAsync(new() { Hostnames = ["forbidden.example.test"] }, TestContext.Current.CancellationToken);
        var refused = await client.Hub.AcceptSessionAsync();
        await refused.CloseAsync(1008, "not yours");
        var error = await Assert.ThrowsAsync<NexusUpdateException>(() => updating.BoundedAsync());
        Assert.Equal(NexusConnectError.AuthenticationFailed, error.Error);
        Assert.Contains("not yours", error.Message, StringComparison.Ordinal);
        await old.RoundTripAsync();

        // Nothing has changed: the next change starts from the claims that are still in force.
        Assert.Empty(await client.Client.UpdateAsync(ClientUnderTest.CreateOptions(client.Hub, client.Service), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task UpdateRoutes_WrongClaims_AreRefusedWithAllErrors()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            client.Client.UpdateRoutesAsync(new() { Hostnames = ["tcp:1", "fine.test"], TcpPorts = [0] }, TestContext.Current.CancellationToken));
        Assert.Equal(2, error.Failures.Count());
        await hub.RoundTripAsync();
    }

    [Fact]
    public async Task UpdateRoutes_IsCancelled_OldSessionGoesOnAndTheNewOneIsClosed()
    {
        var (client, old) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        await old.RoundTripAsync();
        using var cancel = new CancellationTokenSource();
        var updating = client.Client.UpdateRoutesAsync(new() { Hostnames = ["new.example.test"] }, cancel.Token);
        var fresh = await client.Hub.AcceptSessionAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => updating.BoundedAsync());
        await fresh.EndedAsync();
        await old.RoundTripAsync();
    }

    [Fact]
    public async Task Update_PortMappings_CountFromTheNextUserOnAndTheSessionStays()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        using var other = new LocalService();
        var options = ClientUnderTest.CreateOptions(client.Hub, client.Service);
        options.PortMappings[443].Default = other.Target;
        Assert.Equal(["portMappings"], await client.Client.UpdateAsync(options, TestContext.Current.CancellationToken));
        await hub.ConnectAsync();
        using var local = await other.AcceptAsync();

        await client.Client.UpdatePortMappingsAsync(new Dictionary<int, NexusPortMapping> { [443] = new() { Default = client.Service.Target } }, TestContext.Current.CancellationToken);
        await hub.ConnectAsync();
        using var back = await client.Service.AcceptAsync();
    }

    [Fact]
    public async Task UseConnectHandlers_CountsFromTheNextUserOn()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        client.Client.UseConnectHandlers([(_, _) => new(NexusConnectResult.Reject("closed for today"))]);
        var id = await hub.ConnectAsync();
        Assert.Equal("dial_failed", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
        client.Client.UseConnectHandlers([]);
        await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
    }

    [Fact]
    public async Task Update_AnotherAddress_JoinsAndTheFirstOneStays()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        await hub.RoundTripAsync();
        var options = ClientUnderTest.CreateOptions(client.Hub, client.Service);
        options.NexusAddresses.Add(client.Hub.Address + "?second");
        Assert.Equal(["nexusAddresses"], await client.Client.UpdateAsync(options, TestContext.Current.CancellationToken));
        var second = await client.Hub.AcceptSessionAsync();
        await second.RoundTripAsync();
        Assert.Equal(2, client.Client.Sessions.Count);

        options.NexusAddresses.RemoveAt(0);
        await client.Client.UpdateAsync(options, TestContext.Current.CancellationToken);
        await hub.EndedAsync();
        Assert.Equal(1001, hub.CloseCode);
        await second.RoundTripAsync();
        Assert.Single(client.Client.Sessions);
    }

    [Fact]
    public async Task Stop_DuringAnUpdate_EndsBothSessions()
    {
        var (client, old) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        await old.RoundTripAsync();
        var updating = client.Client.UpdateRoutesAsync(new() { Hostnames = ["new.example.test"] }, TestContext.Current.CancellationToken);
        var fresh = await client.Hub.AcceptSessionAsync();
        await client.Client.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => updating.BoundedAsync());
        await old.EndedAsync();
        await fresh.EndedAsync();
    }

    [Fact]
    public async Task Update_OfAnotherBackend_IsRefused()
    {
        var (client, _) = await ClientUnderTest.ConnectAsync();
        await using var disposed = client;
        var options = ClientUnderTest.CreateOptions(client.Hub, client.Service);
        options.Name = "other";
        await Assert.ThrowsAsync<ArgumentException>(() => client.Client.UpdateAsync(options, TestContext.Current.CancellationToken));
    }
}
