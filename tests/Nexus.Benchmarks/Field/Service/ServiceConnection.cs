using System.Buffers.Binary;
using System.Net.Sockets;

namespace Nexus.Benchmarks.Field.Service;

/// <summary>One user at the service: a hello that is skipped, one command, its answer.</summary>
internal static class ServiceConnection
{
    private const int MaxHead = 4096;
    private const int TurnsOfOne = 16; // then the others' turn: many connections share a thread

    private static readonly byte[] s_payload = CreatePayload();
    private static readonly byte[] s_sink = new byte[256 * 1024]; // what lands here is only counted

    /// <summary>Serves until the user's FIN and closes.</summary>
    public static async Task ServeAsync(Socket socket)
    {
        using var _ = socket;
        try
        {
            socket.NoDelay = true;
            var head = new byte[MaxHead];
            var length = 0;
            (ServiceCommand Command, long Count, int Length)? asked;
            while ((asked = CommandFrame.TryRead(head.AsSpan(0, length))) is null)
            {
                var count = length < head.Length ? await socket.ReceiveAsync(head.AsMemory(length)) : 0;
                if (count == 0) return;
                length += count;
            }

            await AnswerAsync(socket, asked.Value.Command, asked.Value.Count, head.AsMemory(asked.Value.Length, length - asked.Value.Length));
        }
        catch (SocketException)
        {
            // The user is gone; it counts what it missed.
        }
    }

    private static Task AnswerAsync(Socket socket, ServiceCommand command, long count, Memory<byte> rest) => command switch
    {
        ServiceCommand.Down => SendAsync(socket, count),
        ServiceCommand.Up => ReceiveAsync(socket, count, rest.Length),
        ServiceCommand.Echo => EchoAsync(socket, rest),
        ServiceCommand.Idle => StayAsync(socket),
        _ => Task.CompletedTask,
    };

    private static async Task SendAsync(Socket socket, long count)
    {
        var turns = 0;
        while (count > 0)
        {
            count -= await socket.SendAsync(s_payload.AsMemory(0, (int)Math.Min(count, s_payload.Length)));
            if (++turns % TurnsOfOne == 0) await Task.Yield();
        }

        socket.Shutdown(SocketShutdown.Send);
        await DrainAsync(socket);
    }

    private static async Task ReceiveAsync(Socket socket, long count, long received)
    {
        var turns = 0;
        while (received < count)
        {
            var read = await socket.ReceiveAsync(s_sink);
            if (read == 0) break;
            received += read;
            if (++turns % TurnsOfOne == 0) await Task.Yield();
        }

        var answer = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(answer, received);
        await socket.SendAsync(answer);
        await DrainAsync(socket);
    }

    private static async Task EchoAsync(Socket socket, Memory<byte> rest)
    {
        if (rest.Length > 0) await socket.SendAsync(rest);
        var buffer = new byte[MaxHead];
        while (await socket.ReceiveAsync(buffer) is > 0 and var count) await socket.SendAsync(buffer.AsMemory(0, count));
    }

    private static async Task StayAsync(Socket socket)
    {
        await socket.SendAsync(s_payload.AsMemory(0, 1));
        await DrainAsync(socket);
    }

    private static async Task DrainAsync(Socket socket)
    {
        while (await socket.ReceiveAsync(s_sink) > 0)
        {
            // Until its FIN, so that closing cannot destroy what is still on its way to the user.
        }
    }

    private static byte[] CreatePayload()
    {
        var payload = new byte[256 * 1024];
        new Random(payload.Length).NextBytes(payload); // no zeros that somebody could squeeze
        return payload;
    }
}
