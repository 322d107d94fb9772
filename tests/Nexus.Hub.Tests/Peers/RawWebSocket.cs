using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Peers;

/// <summary>
/// The client side of a WebSocket, frame by frame and independent of the product's own code: it sends whatever it is told
/// to and hides nothing that it receives.
/// </summary>
internal sealed class RawWebSocket(Stream stream) : IAsyncDisposable
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Sends the request and reads the answer's head, without the blank line.</summary>
    public async Task<string> UpgradeAsync(string request)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        return await ReadHeadAsync();
    }

    public static string UpgradeRequest(string path = "/connect", string extra = "", string method = "GET") =>
        $"{method} {path} HTTP/1.1\r\nHost: hub.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{extra}\r\n";

    public Task SendTextAsync(string text) => SendAsync(RawFrame.TextOpcode, Encoding.UTF8.GetBytes(text));

    public Task SendBinaryAsync(params byte[] payload) => SendAsync(RawFrame.BinaryOpcode, payload);

    public async Task SendAsync(int opcode, byte[] payload, bool isFinal = true, bool isMasked = true, int reserved = 0) =>
        await stream.WriteAsync(Encode(opcode, payload, isFinal, isMasked, reserved), Cancellation).AsTask().WaitAsync(TestTimeouts.Default, Cancellation);

    /// <summary>As the original client sends: 4096 bytes a frame.</summary>
    public async Task SendFragmentedAsync(byte[] message)
    {
        for (var offset = 0; offset == 0 || offset < message.Length; offset += 4096)
        {
            var part = message[offset..Math.Min(message.Length, offset + 4096)];
            await SendAsync(offset == 0 ? RawFrame.BinaryOpcode : RawFrame.Continuation, part, isFinal: offset + 4096 >= message.Length);
        }
    }

    public async Task WriteAsync(byte[] bytes) => await stream.WriteAsync(bytes, Cancellation);

    /// <summary>The next frame of any kind; null when the stream ends.</summary>
    public async Task<RawFrame?> ReceiveAsync() => await ReceiveCoreAsync().WaitAsync(TestTimeouts.Default, Cancellation);

    /// <summary>Cuts the connection as a dying process would.</summary>
    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async Task<RawFrame?> ReceiveCoreAsync()
    {
        var head = new byte[2];
        try
        {
            if (await stream.ReadAtLeastAsync(head, 2, throwOnEndOfStream: false, Cancellation) < 2) return null;
            ulong length = (byte)(head[1] & 0x7F);
            if (length == 126) length = BinaryPrimitives.ReadUInt16BigEndian(await ReadExactlyAsync(2));
            else if (length == 127) length = BinaryPrimitives.ReadUInt64BigEndian(await ReadExactlyAsync(8));
            var isMasked = (head[1] & 0x80) != 0;
            if (isMasked) await ReadExactlyAsync(4);
            return new((head[0] & 0xF), (head[0] & 0x80) != 0, isMasked, (head[0] >> 4) & 7, await ReadExactlyAsync((int)length));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task<byte[]> ReadExactlyAsync(int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, Cancellation);
        return bytes;
    }

    private async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)(await ReadExactlyAsync(1).WaitAsync(TestTimeouts.Default, Cancellation))[0]);
        }

        return head.ToString().TrimEnd();
    }

    private static byte[] Encode(int opcode, byte[] payload, bool isFinal, bool isMasked, int reserved)
    {
        using var frame = new MemoryStream();
        frame.WriteByte((byte)((isFinal ? 0x80 : 0) | (reserved << 4) | opcode));
        var maskBit = isMasked ? 0x80 : 0;
        var length = new byte[8];
        if (payload.Length < 126)
        {
            frame.WriteByte((byte)(maskBit | payload.Length));
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            frame.WriteByte((byte)(maskBit | 126));
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
            frame.Write(length, 0, 2);
        }
        else
        {
            frame.WriteByte((byte)(maskBit | 127));
            BinaryPrimitives.WriteUInt64BigEndian(length, (ulong)payload.Length);
            frame.Write(length, 0, 8);
        }

        var mask = isMasked ? RandomNumberGenerator.GetBytes(4) : new byte[4];
        if (isMasked) frame.Write(mask);
        frame.Write(payload.Select((value, index) => (byte)(value ^ mask[index % 4])).ToArray());
        return frame.ToArray();
    }
}
