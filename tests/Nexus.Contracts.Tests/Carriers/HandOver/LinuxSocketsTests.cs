using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>The structures that the kernel reads, and the calls with them. 64-bit Linux: x64 and arm64 agree on all of these.</summary>
[SupportedOSPlatform("linux")]
public sealed class LinuxSocketsTests
{
    [Theory]
    [InlineData(nameof(LinuxSockets.MessageHeader.Name), 0)]
    [InlineData(nameof(LinuxSockets.MessageHeader.NameLength), 8)]
    [InlineData(nameof(LinuxSockets.MessageHeader.Vectors), 16)]
    [InlineData(nameof(LinuxSockets.MessageHeader.VectorCount), 24)]
    [InlineData(nameof(LinuxSockets.MessageHeader.Control), 32)]
    [InlineData(nameof(LinuxSockets.MessageHeader.ControlLength), 40)]
    [InlineData(nameof(LinuxSockets.MessageHeader.Flags), 48)]
    public void MessageHeader_IsLaidOutAsMsghdr(string field, int offset)
    {
        Assert.Equal(56, Unsafe.SizeOf<LinuxSockets.MessageHeader>());
        Assert.Equal(offset, (int)Marshal.OffsetOf<LinuxSockets.MessageHeader>(field));
    }

    [Theory]
    [InlineData(nameof(LinuxSockets.ControlHeader.Length), 0)]
    [InlineData(nameof(LinuxSockets.ControlHeader.Level), 8)]
    [InlineData(nameof(LinuxSockets.ControlHeader.Type), 12)]
    public void ControlHeader_IsLaidOutAsCmsghdr(string field, int offset)
    {
        Assert.Equal(16, Unsafe.SizeOf<LinuxSockets.ControlHeader>());
        Assert.Equal(offset, (int)Marshal.OffsetOf<LinuxSockets.ControlHeader>(field));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 8)]
    [InlineData(8, 8)]
    [InlineData(20, 24)]
    public void ControlHeader_AlignsAsCmsgAlign(int length, int aligned) => Assert.Equal(aligned, LinuxSockets.ControlHeader.Align(length));

    [Fact]
    public void IoVector_IsLaidOutAsIovec()
    {
        Assert.Equal(16, Unsafe.SizeOf<LinuxSockets.IoVector>());
        Assert.Equal(0, (int)Marshal.OffsetOf<LinuxSockets.IoVector>(nameof(LinuxSockets.IoVector.Base)));
        Assert.Equal(8, (int)Marshal.OffsetOf<LinuxSockets.IoVector>(nameof(LinuxSockets.IoVector.Length)));
    }

    [Fact]
    public async Task PeerUser_IsWhoHasTheOtherEnd()
    {
        SkipElsewhere();
        using var folder = new TemporaryFolder();
        using var listener = HandOverSocket.Create();
        listener.Bind(new UnixDomainSocketEndPoint(folder.PathOf("socket")));
        listener.Listen(1);
        using var near = HandOverSocket.Create();
        await near.ConnectAsync(new UnixDomainSocketEndPoint(folder.PathOf("socket")), TestContext.Current.CancellationToken).BoundedAsync();
        using var far = await listener.AcceptAsync(TestContext.Current.CancellationToken).BoundedAsync();

        Assert.Equal(LinuxSockets.UserId, LinuxSockets.PeerUser(near));
        Assert.True(HandOverSocket.IsOurs(far));
    }

    [Fact]
    public void Look_SaysWhoseAFileIs_AndDoesNotFollowLinks()
    {
        SkipElsewhere();
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("file"), "");
        File.CreateSymbolicLink(folder.PathOf("link"), folder.Path);

        Assert.Null(LinuxSockets.Look(folder.PathOf("nothing")));
        Assert.Equal(LinuxSockets.UserId, LinuxSockets.Look(folder.PathOf("file"))?.User);
        Assert.True(LinuxSockets.Look(folder.Path)?.IsPrivateFolder(LinuxSockets.UserId));
        Assert.False(LinuxSockets.Look(folder.Path)?.IsPrivateFolder(LinuxSockets.UserId + 1));
        Assert.False(LinuxSockets.Look(folder.PathOf("link"))?.IsPrivateFolder(LinuxSockets.UserId));
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);
        Assert.False(LinuxSockets.Look(folder.Path)?.IsPrivateFolder(LinuxSockets.UserId));
    }

    [Fact]
    public async Task Reset_OfADuplicate_ResetsTheConnectionForEverybody()
    {
        SkipElsewhere();
        using var pair = await SocketPair.ConnectAsync();
        using (var duplicate = LinuxSockets.Duplicate(pair.Far.SafeHandle))
        {
            Assert.NotNull(duplicate);
            LinuxSockets.Reset(duplicate);
        }

        var reset = await Assert.ThrowsAsync<SocketException>(() => pair.Near.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken).BoundedAsync());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [Fact]
    public void CreatePair_GivesTwoConnectedEnds_NonBlockingAndNotInherited()
    {
        const int NonBlocking = 0x800; // O_NONBLOCK
        const int CloseOnExec = 0x80000; // O_CLOEXEC
        SkipElsewhere();
        var (near, far) = LinuxSockets.CreatePair() ?? throw new InvalidOperationException("No descriptors left.");
        using var _ = far;
        using var socket = new Socket(near) { Blocking = false }; // as it is
        Assert.Equal((AddressFamily.Unix, SocketType.Stream, true), (socket.AddressFamily, socket.SocketType, socket.Connected));
        foreach (var descriptor in new[] { socket.SafeHandle.DangerousGetHandle(), far.DangerousGetHandle() })
        {
            var flags = File.ReadLines($"/proc/self/fdinfo/{descriptor}").First(line => line.StartsWith("flags:", StringComparison.Ordinal));
            Assert.Equal(NonBlocking | CloseOnExec, Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & (NonBlocking | CloseOnExec));
        }

        using var other = new Socket(new SafeSocketHandle(far.DangerousGetHandle(), ownsHandle: false)) { Blocking = false };
        socket.Send(new byte[] { 1, 2 });
        Assert.Equal(2, other.Receive(new byte[4]));
    }

    private static void SkipElsewhere() => Assert.SkipUnless(OperatingSystem.IsLinux(), "These are Linux's calls.");
}
