using System.Net.Sockets;
using System.Runtime.Versioning;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>A target meets a caller that does not keep to the protocol: no descriptor stays, and the target goes on.</summary>
[SupportedOSPlatform("linux")]
public sealed class HandOverListenerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<byte[]> NoHellos =>
    [
        HandOverFormat.Hello("target-2"), HandOverFormat.Of(HandOverMessageKind.Ping), HandOverFormat.Accepted(1), "GET / HTTP/1.1"u8.ToArray(),
        OfAnotherVersion(),
    ];

    [Theory]
    [MemberData(nameof(NoHellos))]
    public async Task AnythingButItsHello_EndsTheConnection(byte[] message)
    {
        await using var pair = new HandOverPair();
        using var caller = await ConnectAsync(pair);
        await caller.SendAsync(message, Cancellation);
        await AssertEndedAsync(caller);
        await AssertServesAsync(pair);
    }

    [Fact]
    public async Task OpenWithoutADescriptor_EndsTheConnection()
    {
        await using var pair = new HandOverPair();
        using var caller = await WelcomeAsync(pair);
        await caller.SendAsync(Open(1), Cancellation);
        await AssertEndedAsync(caller);
        await AssertServesAsync(pair);
    }

    [Fact]
    public async Task DescriptorWithAnythingElse_IsClosed_AndTheConnectionEnds()
    {
        await using var pair = new HandOverPair();
        using var caller = await WelcomeAsync(pair);
        using var user = await SocketPair.ConnectAsync();
        var inode = Descriptors.InodeOf(user.Far);
        Assert.Equal(LinuxSockets.Success, LinuxSockets.Send(caller.SafeHandle, HandOverFormat.Of(HandOverMessageKind.Ping), user.Far.SafeHandle));
        await AssertEndedAsync(caller);
        Assert.Equal(1, Descriptors.CountOf(inode));
        await AssertServesAsync(pair);
    }

    [Fact]
    public async Task TooLongAMessage_IsDropped_WithItsDescriptor_AndTheConnectionEnds()
    {
        await using var pair = new HandOverPair();
        using var caller = await WelcomeAsync(pair);
        using var user = await SocketPair.ConnectAsync();
        var inode = Descriptors.InodeOf(user.Far);
        Assert.Equal(LinuxSockets.Success, LinuxSockets.Send(caller.SafeHandle, new byte[HandOverLimits.MaxRequest + 1], user.Far.SafeHandle));
        await AssertEndedAsync(caller);
        Assert.Equal(1, Descriptors.CountOf(inode));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DescriptorThatIsNoConnection_IsRefused_AndTheNextOneIsTaken(bool isSocket)
    {
        await using var pair = new HandOverPair();
        using var caller = await WelcomeAsync(pair);
        using var folder = new TemporaryFolder();
        using var file = File.OpenHandle(folder.PathOf("file"), FileMode.Create, FileAccess.Write);
        using var unconnected = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Equal(LinuxSockets.Success, LinuxSockets.Send(caller.SafeHandle, Open(5), isSocket ? unconnected.SafeHandle : file));

        var (bytes, _) = await ScriptedTarget.ReceiveAsync(caller);
        Assert.True(HandOverFormat.TryRead(bytes, out var refused));
        Assert.Equal((HandOverMessageKind.Refused, 5ul, OpenRefusal.Rejected), (refused.Kind, refused.Id, refused.Refusal));
        using var user = await SocketPair.ConnectAsync();
        Assert.Equal(LinuxSockets.Success, LinuxSockets.Send(caller.SafeHandle, Open(6), user.Far.SafeHandle));
        var (arrival, done) = await pair.NextAsync();
        arrival.LetGo();
        done.SetResult();
    }

    [Fact]
    public async Task AnotherUser_IsSentAway_EvenIfThePathLetsItIn()
    {
        var python = DebianProgram.SkipUnlessInstalled("python3");
        await using var pair = new HandOverPair();
        Assert.SkipUnless(LinuxSockets.UserId == 0, "Only root can be somebody else.");
        const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;
        File.SetUnixFileMode(pair.Path, Everybody);
        File.SetUnixFileMode(Path.GetDirectoryName(pair.Path) ?? "/", Everybody);
        const string Script = "import os, socket, sys\nos.setuid(65534)\ns = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\ns.connect(sys.argv[1])\n"
            + "try:\n  s.send(bytes.fromhex(sys.argv[2]))\n  print('got', len(s.recv(512)))\nexcept OSError as e:\n  print('got 0', e)";
        await using var stranger = RealProcess.Start(python, ["-c", Script, pair.Path, Convert.ToHexString(HandOverFormat.Hello(HandOverPair.TargetId))]);
        Assert.Equal(0, await stranger.WaitForExitAsync(Cancellation));

        Assert.StartsWith("got 0", stranger.Output, StringComparison.Ordinal);
        await AssertServesAsync(pair);
    }

    [Fact]
    public async Task SilentStranger_IsGivenUp()
    {
        var time = new ManualTimeProvider();
        using var folder = new TemporaryFolder();
        await using var listener = HandOverListener.Bind(folder.PathOf("hub.sock"), time);
        var running = listener.RunAsync("target", _ => Task.CompletedTask);
        using var caller = HandOverSocket.Create();
        var armed = time.WaitForTimerAsync(TimeSpan.FromSeconds(5), Cancellation);
        await caller.ConnectAsync(new UnixDomainSocketEndPoint(folder.PathOf("hub.sock")), Cancellation);
        await armed.BoundedAsync();
        time.Advance(TimeSpan.FromSeconds(5));
        await AssertEndedAsync(caller);
        await listener.DisposeAsync();
        await running.BoundedAsync();
    }

    [Fact]
    public async Task Path_OfALivingListener_OrOfAFile_IsLeftAlone_AndADeadOnesIsTaken()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("hub.sock");
        using (var living = HandOverSocket.Create())
        {
            living.Bind(new UnixDomainSocketEndPoint(path));
            living.Listen(1);
            Assert.Throws<IOException>(() => HandOverListener.Bind(path, TimeProvider.System));
            File.Move(path, folder.PathOf("dead.sock")); // the framework removes only what is where it was bound
        }

        Assert.True(File.Exists(folder.PathOf("dead.sock")));
        await using (HandOverListener.Bind(folder.PathOf("dead.sock"), TimeProvider.System)) Assert.True(File.Exists(folder.PathOf("dead.sock")));
        await File.WriteAllTextAsync(path, "mine", Cancellation);
        Assert.Throws<IOException>(() => HandOverListener.Bind(path, TimeProvider.System));
        Assert.Equal("mine", await File.ReadAllTextAsync(path, Cancellation));
    }

    [Fact]
    public void Sweep_RemovesWhatTheKilledHaveLeft_AndNothingElse()
    {
        using var folder = new TemporaryFolder();
        using var living = Listen(folder.PathOf("hub-1.sock"));
        using (Listen(folder.PathOf("hub-2.sock"))) File.Move(folder.PathOf("hub-2.sock"), folder.PathOf("hub-3.sock"));
        File.WriteAllText(folder.PathOf("hub-4.sock"), "mine");
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        HandOverPath.Sweep(folder.Path, "hub", time);
        Assert.True(File.Exists(folder.PathOf("hub-3.sock"))); // it may just be starting

        time.Advance(TimeSpan.FromMinutes(2));
        HandOverPath.Sweep(folder.Path, "hub", time);
        Assert.Equal(["hub-1.sock", "hub-4.sock"], Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Order());

        static Socket Listen(string path)
        {
            var socket = HandOverSocket.Create();
            socket.Bind(new UnixDomainSocketEndPoint(path));
            socket.Listen(1);
            return socket;
        }
    }

    [Theory]
    [InlineData("relative/hub.sock", false)]
    [InlineData("/run/nexus/hub.sock", true)]
    public void Path_MustBeOneThatTheSystemTakes(string path, bool isValid)
    {
        Assert.Equal(isValid, HandOverPath.IsValid(path));
        Assert.True(HandOverPath.IsValid("/" + new string('x', HandOverLimits.MaxPath - 1)));
        Assert.False(HandOverPath.IsValid("/" + new string('x', HandOverLimits.MaxPath)));
    }

    [Fact]
    public void Folder_ThatOthersMayEnter_OrThatIsALink_IsNotUsed()
    {
        using var folder = new TemporaryFolder();
        HandOverPath.Claim(folder.PathOf("own"));
        Directory.CreateSymbolicLink(folder.PathOf("link"), folder.PathOf("own"));
        Directory.CreateDirectory(folder.PathOf("open"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        Assert.Throws<IOException>(() => HandOverPath.Claim(folder.PathOf("link")));
        Assert.Throws<IOException>(() => HandOverPath.Claim(folder.PathOf("open")));
    }

    private static byte[] OfAnotherVersion() => [.. HandOverFormat.Hello(HandOverPair.TargetId).Take(5), 1, 0, .. "target-1"u8];

    private static async Task<Socket> ConnectAsync(HandOverPair pair)
    {
        var caller = HandOverSocket.Create();
        await caller.ConnectAsync(new UnixDomainSocketEndPoint(pair.Path), Cancellation).BoundedAsync();
        return caller;
    }

    private static async Task<Socket> WelcomeAsync(HandOverPair pair)
    {
        var caller = await ConnectAsync(pair);
        await caller.SendAsync(HandOverFormat.Hello(HandOverPair.TargetId), Cancellation);
        Assert.Equal(HandOverFormat.Of(HandOverMessageKind.HelloOk), (await ScriptedTarget.ReceiveAsync(caller)).Bytes);
        return caller;
    }

    private static async Task AssertEndedAsync(Socket caller)
    {
        var buffer = new byte[HandOverLimits.MaxResponse];
        try
        {
            while (await caller.ReceiveAsync(buffer, Cancellation).BoundedAsync() > 0) Assert.Equal((byte)HandOverMessageKind.HelloRefused, buffer[0]);
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode); // it had not read everything
        }
    }

    private static async Task AssertServesAsync(HandOverPair pair)
    {
        using var user = await SocketPair.ConnectAsync();
        var (_, arrival) = await pair.HandOverAsync(user);
        arrival.LetGo();
    }

    private static byte[] Open(ulong id)
    {
        var message = new byte[HandOverFormat.SizeOfOpen(Opens.Some, 0, 0)];
        HandOverFormat.WriteOpen(message, id, Opens.Some, [], []);
        return message;
    }
}
