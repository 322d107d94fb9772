namespace Nexus.SystemTests.Golden.AsServer;

/// <summary>A recorded stream played again: what the client says of it, and its connection at the local service.</summary>
internal sealed class PlayedStream(ServerLink link, ClientStream onLink)
{
    private readonly MemoryStream _toService = new();

    public ServerLink Link => link;

    public ClientStream OnLink => onLink;

    /// <summary>Null when the client is to refuse the user.</summary>
    public LocalConnection? Local { get; set; }

    public bool IsEndedByHub { get; set; }

    public bool IsEndedByService { get; set; }

    /// <summary>Whether the recorded client has refused it, or ours has.</summary>
    public bool IsRefused { get; set; }

    /// <summary>The next end is a reset.</summary>
    public bool Resets { get; set; }

    public long CreditsExpected { get; set; }

    public int PingsExpected { get; set; }

    public void Sent(ReadOnlyMemory<byte> data) => _toService.Write(data.Span);

    /// <summary>Whether everything that was sent is where it belongs.</summary>
    public bool IsSettled => Local is not { } local || Resets || link.IsCut
        || (local.ReceivedBytes >= (IsEndedByService ? 0 : _toService.Length) && onLink.ReceivedBytes >= local.SentBytes);

    public void Check()
    {
        if (Local is not { } local) return;
        var toService = _toService.ToArray();
        Assert.True(toService.AsSpan().StartsWith(local.Received), "The service got other bytes than the user sent.");
        Assert.True(local.Sent.AsSpan().StartsWith(onLink.Received), "The hub got other bytes than the service sent.");
        if (IsEndedByService && !Resets) Assert.Equal(local.Sent.Length, onLink.Received.Length);
        if (IsEndedByHub && !IsEndedByService) Assert.Equal(toService.Length, local.Received.Length);
    }

    public override string ToString() =>
        $"service has {Local?.ReceivedBytes} of {_toService.Length}, hub has {onLink.ReceivedBytes} of {Local?.SentBytes} in {onLink.Frames} messages, granted {onLink.Granted}, reasons [{string.Join(", ", onLink.Reasons)}]";
}
