using Nexus.Contracts.Carriers;

namespace Nexus.Mesh.Tests.Peering.Fakes;

/// <summary>A user whom an edge has brought.</summary>
internal sealed class MeshUser(RelayClientChannel channel) : ByteEnd(channel), IAsyncDisposable
{
    /// <summary>The mesh's word, once the stream is over in both directions.</summary>
    public async Task<string?> EndReasonAsync()
    {
        await channel.WhenOverAsync().BoundedAsync();
        return channel.EndReason;
    }

    public ValueTask DisposeAsync() => channel.DisposeAsync();
}
