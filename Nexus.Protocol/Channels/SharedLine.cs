using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Nexus.Protocol.Channels;

/// <summary>
/// Settings of a connection that many streams share. What waits in the kernel's buffers waits ahead of everybody: with the megabytes that the
/// system allows, a small message beside bulk is late by as long as the slower end takes to read them.
/// </summary>
public static class SharedLine
{
    /// <summary>Bytes that may wait unsent in the kernel: two batches. What is on its way does not count, so long lines stay full.</summary>
    internal const int MaxUnsent = 128 * 1024;

    /// <summary>Least receive window, in bytes.</summary>
    internal const int MinWindow = 512 * 1024;

    /// <summary>A window for 10 Gbit/s, in bytes per microsecond of round trip; from <see cref="MaxWindow"/> on the system decides by itself.</summary>
    internal const int BytesPerMicrosecond = 1_250;

    /// <summary>In bytes: a round trip of 13 ms.</summary>
    internal const int MaxWindow = 16 * 1024 * 1024;

    private const int KeepAliveSeconds = 15;

    // tcp(7), linux/tcp.h
    private const int Tcp = 6;
    private const int WindowClamp = 10;
    private const int Info = 11;
    private const int NotSentLowWater = 25;
    private const int RoundTripOffset = 68; // struct tcp_info, tcpi_rtt
    private const int InfoSize = 104; // as of Linux 2.6; newer ones are longer

    /// <summary>For a line that is dialled, before its connect: small messages leave at once, and a peer that has vanished is noticed.</summary>
    public static void PrepareToConnect(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds);
    }

    /// <summary>Limits what waits, by the round trip measured so far: to be called after a handshake. Without effect on other systems than Linux.</summary>
    /// <param name="socket">A connected TCP socket.</param>
    public static void Prepare(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            Set(socket, NotSentLowWater, MaxUnsent);
            Span<byte> info = stackalloc byte[InfoSize];
            var size = socket.GetRawSocketOption(Tcp, Info, info);
            if (size < RoundTripOffset + sizeof(uint)) return;
            var window = WindowFor(MemoryMarshal.Read<uint>(info[RoundTripOffset..]));
            if (window < MaxWindow) Set(socket, WindowClamp, window);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended already, or the system does not know the option: only the delay beside bulk is at stake.
        }
    }

    /// <summary>The receive window in bytes for a round trip in microseconds; <see cref="MaxWindow"/> at most.</summary>
    internal static int WindowFor(uint roundTrip) => (int)Math.Clamp((long)roundTrip * BytesPerMicrosecond, MinWindow, MaxWindow);

    private static void Set(Socket socket, int option, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(bytes, value);
        socket.SetRawSocketOption(Tcp, option, bytes);
    }
}
