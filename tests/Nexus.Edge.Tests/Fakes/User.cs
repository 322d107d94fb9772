using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Nexus.Edge.Tests.Fakes;

/// <summary>A user's TCP connection.</summary>
internal sealed class User : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public IPEndPoint LocalEndPoint => (IPEndPoint?)_socket.LocalEndPoint ?? throw new InvalidOperationException();

    public static async Task<User> ConnectAsync(int port, int receiveBuffer = 0, IPAddress? from = null)
    {
        var user = new User();
        if (from is not null) user._socket.Bind(new IPEndPoint(from, 0));
        if (receiveBuffer > 0) user._socket.ReceiveBufferSize = receiveBuffer;
        await user._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), TestContext.Current.CancellationToken).BoundedAsync();
        return user;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, TestContext.Current.CancellationToken).BoundedAsync()..];
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task<byte[]> ReceiveAsync(int count)
    {
        var bytes = new byte[count];
        for (var have = 0; have < count;)
        {
            var more = await ReceiveSomeAsync(bytes.AsMemory(have));
            Assert.NotEqual(0, more);
            have += more;
        }
        return bytes;
    }

    /// <summary>Text up to and with the given end.</summary>
    public async Task<string> ReceiveUntilAsync(string end)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            Assert.NotEqual(0, await ReceiveSomeAsync(one));
            text.Append((char)one[0]);
        }
        return text.ToString();
    }

    /// <summary>Everything up to the FIN.</summary>
    public async Task<byte[]> ReceiveToEndAsync()
    {
        using var all = new MemoryStream();
        var buffer = new byte[8_192];
        while (await ReceiveSomeAsync(buffer) is var count and > 0) all.Write(buffer, 0, count);
        return all.ToArray();
    }

    public async Task<int> ReceiveSomeAsync(Memory<byte> buffer) => await _socket.ReceiveAsync(buffer, SocketFlags.None, TestContext.Current.CancellationToken).BoundedAsync();

    /// <summary>Whether the next thing from the edge is an end, by FIN or RST, without a byte before.</summary>
    public async Task AssertClosedWithoutAByteAsync()
    {
        try
        {
            Assert.Equal(0, await ReceiveSomeAsync(new byte[1]));
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }
    }

    /// <summary>Whether the edge says this alert, nothing else, and then ends in order; the user then ends too.</summary>
    public async Task AssertAlertAsync(byte description, byte minorVersion = 3)
    {
        Assert.Equal([21, 3, minorVersion, 0, 2, 2, description], await ReceiveToEndAsync());
        Dispose();
    }

    /// <summary>The page that the edge says before it ends in order; the user then ends too.</summary>
    public async Task<string> ReceivePageAsync()
    {
        var page = Encoding.Latin1.GetString(await ReceiveToEndAsync());
        Dispose();
        return page;
    }

    public async Task AssertResetAsync()
    {
        var e = await Assert.ThrowsAsync<SocketException>(async () => { while (await ReceiveSomeAsync(new byte[65_536]) > 0) { } });
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
    }

    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();
}
