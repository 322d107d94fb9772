using System.Text;

namespace Nexus.Client.Cli.Sharing;

/// <summary>Answers users of plain HTTP: the same under https. Nothing of theirs is passed on.</summary>
internal sealed class HttpsRedirect(int plainPort, int tlsPort, TimeProvider time)
{
    private const int MaxHead = 16 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Takes the users of the port for plain HTTP; leaves all others.</summary>
    public ValueTask<NexusConnectResult> ConnectAsync(NexusConnectRequest request, CancellationToken _)
    {
        var isMine = request is { IsTls: false, Transport: NexusTransport.Tcp } && request.Port == plainPort;
        return ValueTask.FromResult(isMine ? NexusConnectResult.Run((stream, ended) => AnswerAsync(stream, request.Hostname, ended)) : NexusConnectResult.NoRoute);
    }

    private async Task AnswerAsync(Stream stream, string host, CancellationToken ended)
    {
        using var patience = new CancellationTokenSource(s_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ended);
        var path = await ReadPathAsync(stream, either.Token);
        var authority = tlsPort == 443 ? host : $"{host}:{tlsPort}";
        var answer = path is null
            ? "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            : $"HTTP/1.1 308 Permanent Redirect\r\nLocation: https://{authority}{path}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), either.Token);
    }

    /// <returns>The path and query of the request; null when it is not HTTP.</returns>
    private static async Task<string?> ReadPathAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxHead];
        for (var length = 0; length < MaxHead;)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0) return null;
            length += read;
            // The answer has to wait for the whole head: a close before would reset the user that is still sending it.
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0) return FindPath(buffer.AsSpan(0, length));
        }

        return null;
    }

    private static string? FindPath(ReadOnlySpan<byte> head)
    {
        var line = head[..head.IndexOf("\r\n"u8)];
        var first = line.IndexOf((byte)' ');
        var last = line.LastIndexOf((byte)' ');
        if (first <= 0 || last <= first || !line[(last + 1)..].StartsWith("HTTP/1."u8)) return null;
        var path = line[(first + 1)..last];
        // It goes into a header of ours: visible ASCII alone.
        return path is [(byte)'/', ..] && path.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7E) < 0 ? Encoding.ASCII.GetString(path) : "/";
    }
}
