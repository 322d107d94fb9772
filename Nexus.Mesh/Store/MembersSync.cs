using Microsoft.Extensions.Options;

namespace Nexus.Mesh.Store;

/// <summary>Writes this mesh to Redis while it lives, and reads who else is there.</summary>
internal sealed class MembersSync(Members members, MemberKeys keys, StoreStatus status, StoreMetrics metrics, IOptions<StoreOptions> options, TimeProvider time)
{
    private const int MaxMembers = 1_000;
    private const int MaxMessages = 64;

    private readonly Dictionary<string, (Member Member, long Deadline)> _others = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _missing = new(StringComparer.Ordinal);

    /// <summary>Runs until the token fires or Redis fails.</summary>
    public async Task RunAsync(RedisSession session, CancellationToken cancellationToken)
    {
        var inbox = new ChangeInbox(MaxMessages, metrics.Dropped);
        session.Disturbed += inbox.Miss;
        await session.SubscribeAsync(keys.Channel, inbox.Add);
        foreach (var (name, (member, _)) in _others.ToList()) _others[name] = (member, DeadlineAfter(keys.Lease));
        using var ticks = new PeriodicTimer(options.Value.RenewInterval, time);
        var (ticking, hearing) = (ticks.WaitForNextTickAsync(cancellationToken).AsTask(), inbox.WaitAsync(cancellationToken));
        Member? told = null;
        while (true)
        {
            var self = members.Self;
            if (await status.WriteAsync(StorePart.Member, WriteAsync(session, self, isNew: self != told))) told = self;
            while (inbox.TryRead(out var message)) Hear(message);
            await ReadAsync(session);
            if (hearing.IsCompletedSuccessfully) hearing = inbox.WaitAsync(cancellationToken);
            if (ticking.IsCompletedSuccessfully) ticking = ticks.WaitForNextTickAsync(cancellationToken).AsTask();
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var changing = WaitForSelfAsync(self, over.Token);
            await await Task.WhenAny(ticking, hearing, changing);
            await over.CancelAsync();
            await changing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The service stops.</summary>
    public async Task LeaveAsync(RedisSession session)
    {
        var name = MemberKeys.NameOf(members.Self);
        await Task.WhenAll(session.DeleteAsync(keys.KeyOf(name)), session.RemoveFromSetAsync(keys.Index, name));
        await session.PublishAsync(keys.Channel, MemberKeys.LeftPrefix + name);
    }

    /// <summary>Whoever tells that it leaves is gone at once; any other message only means: see who is there.</summary>
    private void Hear(string message)
    {
        if (message.StartsWith(MemberKeys.LeftPrefix, StringComparison.Ordinal)) _others.Remove(message[MemberKeys.LeftPrefix.Length..]);
    }

    private async Task WaitForSelfAsync(Member told, CancellationToken cancellationToken)
    {
        for (var known = members.All; members.Self == told; known = await members.WaitForChangeAsync(known, cancellationToken)) { }
    }

    private async Task WriteAsync(RedisSession session, Member self, bool isNew)
    {
        var name = MemberKeys.NameOf(self);
        await Task.WhenAll(session.SetAsync(keys.KeyOf(name), MemberKeys.Write(self), keys.Lease), session.AddToSetAsync(keys.Index, name), session.ExpireAsync(keys.Index, keys.IndexLease));
        if (isNew) await session.PublishAsync(keys.Channel, name);
    }

    private async Task ReadAsync(RedisSession session)
    {
        var own = MemberKeys.NameOf(members.Self);
        var names = (await session.MembersOfSetAsync(keys.Index)).Where(name => name != own).Take(MaxMembers).ToHashSet(StringComparer.Ordinal);
        var texts = await Task.WhenAll(names.Select(async name => (Name: name, Text: await session.GetAsync(keys.KeyOf(name)))));
        foreach (var (name, text) in texts)
        {
            if (MemberKeys.TryRead(name, text) is { } member) _others[name] = (member, DeadlineAfter(keys.Lease));
            else if (text is not null) metrics.Malformed();
        }

        foreach (var name in _others.Where(other => other.Value.Deadline <= time.GetTimestamp()).Select(other => other.Key).ToList()) _others.Remove(name);
        members.Update(_others.Values.Select(other => other.Member));
        await TidyAsync(session, texts.Where(text => text.Text is null).Select(text => text.Name).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Takes out of the index who has not been there for two leases; who lives puts itself in again.</summary>
    private async Task TidyAsync(RedisSession session, HashSet<string> absent)
    {
        foreach (var name in _missing.Keys.Where(name => !absent.Contains(name)).ToList()) _missing.Remove(name);
        foreach (var name in absent)
        {
            if (_missing.TryAdd(name, time.GetTimestamp()) || time.GetElapsedTime(_missing[name]) < keys.Lease * 2) continue;
            await session.RemoveFromSetAsync(keys.Index, name);
            _missing.Remove(name);
        }
    }

    private long DeadlineAfter(TimeSpan lifetime) => time.GetTimestamp() + (long)(lifetime.TotalSeconds * time.TimestampFrequency);
}
