using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Nexus.Testing;

/// <summary>The least that is needed to give a Redis commands behind everybody's back: no library, one command after the other.</summary>
public sealed class RespConnection : IDisposable
{
    private readonly TcpClient _client = new();

    private RespConnection()
    {
    }

    public static async Task<RespConnection> OpenAsync(int port)
    {
        var connection = new RespConnection();
        try
        {
            await connection._client.ConnectAsync(IPAddress.Loopback, port).WaitAsync(TestTimeouts.Default);
            return connection;
        }
        catch (SocketException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The answer: text, a number, null, or an array of such.</summary>
    /// <exception cref="InvalidOperationException">Redis answered with an error, which is the message.</exception>
    public async Task<object?> SendAsync(params string[] command)
    {
        var request = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
        foreach (var part in command) request.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
        await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(request.ToString())).AsTask().WaitAsync(TestTimeouts.Default);
        return await ReadAsync().WaitAsync(TestTimeouts.Default);
    }

    public void Dispose() => _client.Dispose();

    private async Task<object?> ReadAsync()
    {
        var line = await ReadLineAsync();
        var rest = line[1..];
        switch (line[0])
        {
            case '+':
                return rest;
            case ':':
                return long.Parse(rest, CultureInfo.InvariantCulture);
            case '$':
                return await ReadTextAsync(int.Parse(rest, CultureInfo.InvariantCulture));
            case '*':
                var items = new object?[int.Parse(rest, CultureInfo.InvariantCulture)];
                for (var i = 0; i < items.Length; i++) items[i] = await ReadAsync();
                return items;
            default:
                throw new InvalidOperationException(rest);
        }
    }

    private async Task<string?> ReadTextAsync(int length)
    {
        if (length < 0) return null;
        var bytes = new byte[length + 2];
        await _client.GetStream().ReadExactlyAsync(bytes);
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private async Task<string> ReadLineAsync()
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        do
        {
            await _client.GetStream().ReadExactlyAsync(one);
            bytes.Add(one[0]);
        }
        while (one[0] != '\n');
        return Encoding.UTF8.GetString([.. bytes]).TrimEnd('\r', '\n');
    }
}
