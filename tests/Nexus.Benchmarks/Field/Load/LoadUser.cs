using System.Net;
using System.Net.Sockets;
using Nexus.Benchmarks.Field.Service;

namespace Nexus.Benchmarks.Field.Load;

/// <summary>One user's connection.</summary>
internal sealed class LoadUser : IDisposable
{
    private const int UsersOfOneAddress = 5_000; // ports of a loopback address are fewer than users

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public Socket Socket => _socket;

    /// <summary>Connects, from a loopback address of its own for every 5,000th user.</summary>
    public static async Task<LoadUser> ConnectAsync(LoadPlan plan, int index, CancellationToken cancellationToken)
    {
        var user = new LoadUser();
        try
        {
            if (index >= UsersOfOneAddress) user._socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(1 + index / UsersOfOneAddress)]), 0));
            await user._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, plan.Port), cancellationToken);
            return user;
        }
        catch (Exception ex) when (ex is SocketException or OperationCanceledException)
        {
            user.Dispose();
            throw;
        }
    }

    /// <summary>Sends the hello and the command behind it.</summary>
    public Task AskAsync(LoadPlan plan, ServiceCommand command, long count, CancellationToken cancellationToken) =>
        SendAsync(CommandFrame.After(CannedHello.For(plan.Name, plan.HelloBytes), command, count), cancellationToken);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0) bytes = bytes[await _socket.SendAsync(bytes, cancellationToken)..];
    }

    /// <summary>Fills the buffer; the number that came, less at the other side's end.</summary>
    public async Task<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var received = 0;
        while (received < buffer.Length)
        {
            var count = await _socket.ReceiveAsync(buffer[received..], cancellationToken);
            if (count == 0) break;
            received += count;
        }

        return received;
    }

    public void Dispose() => _socket.Dispose();
}
