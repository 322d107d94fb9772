using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>A target whose every message the test writes.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ScriptedTarget : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Socket _listener;

    public ScriptedTarget()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux passes sockets.");
        Path = _folder.PathOf("target.sock");
        _listener = HandOverSocket.Create();
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen(8);
    }

    public string Path { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task<Socket> AcceptAsync() => _listener.AcceptAsync(Cancellation).BoundedAsync();

    /// <summary>A caller whose hello was read and answered.</summary>
    public async Task<Socket> WelcomeAsync()
    {
        var caller = await AcceptAsync();
        var hello = await ReceiveAsync(caller);
        Assert.Equal(HandOverFormat.Hello(HandOverPair.TargetId), hello.Bytes);
        caller.Send(HandOverFormat.Of(HandOverMessageKind.HelloOk));
        return caller;
    }

    /// <summary>The next message that is not a nop, and the descriptor that came with it.</summary>
    public static async Task<(byte[] Bytes, SafeSocketHandle? Descriptor)> ReceiveAsync(Socket caller)
    {
        var buffer = new byte[HandOverLimits.MaxRequest];
        while (true)
        {
            await caller.ReceiveAsync(Memory<byte>.Empty, Cancellation).BoundedAsync();
            var received = LinuxSockets.Receive(caller.SafeHandle, buffer);
            if (received.Error == LinuxSockets.TryAgain) continue; // woken by what was taken already
            Assert.Equal(LinuxSockets.Success, received.Error);
            if (received.Count == 1 && buffer[0] == (byte)HandOverMessageKind.Nop) continue;
            return (buffer[..received.Count], received.Descriptor);
        }
    }

    /// <summary>An offer: its id, and the socket.</summary>
    public static async Task<(ulong Id, Socket User)> ReceiveOfferAsync(Socket caller)
    {
        var (bytes, descriptor) = await ReceiveAsync(caller);
        Assert.True(HandOverFormat.TryRead(bytes, out var message));
        Assert.Equal(HandOverMessageKind.Open, message.Kind);
        Assert.NotNull(descriptor);
        return (message.Id, new Socket(descriptor));
    }

    public static string TextOf(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);

    public void Dispose()
    {
        _listener.Dispose();
        _folder.Dispose();
    }
}
