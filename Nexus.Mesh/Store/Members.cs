using System.Collections.Immutable;
using Nexus.Mesh.Configuration;

namespace Nexus.Mesh.Store;

/// <summary>
/// The meshes of all regions that share a Redis, this one among them; without a Redis it is alone. While Redis is away the
/// last known ones stay.
/// </summary>
internal sealed class Members
{
    private readonly Lock _lock = new();
    private volatile ImmutableDictionary<string, Member> _all;
    private TaskCompletionSource _changed = NewSignal();
    private volatile Member _self;

    public Members(MeshIdentity identity)
    {
        _self = new Member(identity.NodeId, identity.Region, PeerAddress: null, identity.Version, identity.Started);
        _all = ImmutableDictionary.Create<string, Member>(StringComparer.Ordinal).Add(_self.NodeId, _self);
    }

    /// <summary>This process.</summary>
    public Member Self => _self;

    /// <summary>All of them by <see cref="Member.NodeId"/>.</summary>
    public ImmutableDictionary<string, Member> All => _all;

    /// <summary>Says where meshes of other regions reach this one; null: nowhere (any more).</summary>
    public void SetPeerAddress(string? address)
    {
        lock (_lock)
        {
            _self = _self with { PeerAddress = address };
            Publish(_all.SetItem(_self.NodeId, _self));
        }
    }

    /// <summary>The members as soon as they are not the ones given any more.</summary>
    public async Task<ImmutableDictionary<string, Member>> WaitForChangeAsync(ImmutableDictionary<string, Member> known, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_all != known) return _all;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>All but this one, as they are known now.</summary>
    internal void Update(IEnumerable<Member> others)
    {
        lock (_lock)
        {
            var next = ImmutableDictionary.CreateRange(StringComparer.Ordinal, others.Select(member => KeyValuePair.Create(member.NodeId, member))).SetItem(_self.NodeId, _self);
            if (next.Count != _all.Count || next.Any(member => _all.GetValueOrDefault(member.Key) != member.Value)) Publish(next);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Publish(ImmutableDictionary<string, Member> all)
    {
        _all = all;
        _changed.SetResult();
        _changed = NewSignal();
    }
}
