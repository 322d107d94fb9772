using System.Buffers;
using Nexus.Protocol.Multiplexing;

namespace Nexus.WebSocketHosting.Listening;

/// <summary>
/// The writer's loop and the end of the connection: an orderly one lets the close frame leave and reads what still comes,
/// because closing a socket with unread bytes resets it, and the close frame would be lost with them.
/// </summary>
internal sealed class ConnectionClosing : IAsyncDisposable
{
    private const int BufferSize = 4096;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    private readonly Stream _transport;
    private readonly Action _abort;
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time;

    /// <param name="transport">What the writer writes to.</param>
    /// <param name="abort">Cuts the connection; more than once.</param>
    /// <param name="writer">Begins to run.</param>
    /// <param name="time">For the limit.</param>
    public ConnectionClosing(Stream transport, Action abort, SessionWriter writer, TimeProvider time)
    {
        _transport = transport;
        _abort = abort;
        _time = time;
        Writing = writer.RunAsync(_stop.Token);
    }

    public Task<SessionWriterEnd> Writing { get; }

    /// <summary>Whether a close frame is on its way.</summary>
    public bool IsOrderly { get; set; }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(s_limit, _time);
        if (IsOrderly)
        {
            await ((Task)Writing).WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await DiscardInputAsync(limit.Token);
        }
        else
        {
            _abort();
        }

        await _stop.CancelAsync();
        // A peer that does not take the close frame would not take what comes behind it either.
        if (await Writing != SessionWriterEnd.Closed) _abort();
        _stop.Dispose();
    }

    private async Task DiscardInputAsync(CancellationToken limit)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await _transport.ReadAsync(buffer, limit) > 0)
            {
                // Of no use any more.
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // The other side is gone, or does not close.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
