using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>Breaks its contract: a write throws what no channel may throw. Nothing arrives from it.</summary>
internal sealed class FaultyChannel : IByteChannel
{
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsAborted => _aborted.Task.IsCompleted;

    public async ValueTask WaitToReadAsync(CancellationToken cancellationToken) => await _aborted.Task;

    public ChannelRead TryRead(Span<byte> buffer) => IsAborted ? ChannelRead.Reset : ChannelRead.Empty;

    public int TryWrite(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void Abort() => _aborted.TrySetResult();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
