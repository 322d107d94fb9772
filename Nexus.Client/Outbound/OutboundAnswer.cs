namespace Nexus.Client.Outbound;

/// <summary>What came of the request for a connection.</summary>
internal readonly record struct OutboundAnswer(OutboundOutcome Outcome)
{
    /// <summary>The hub's words when it refused; of a stranger's making.</summary>
    public string? Reason { get; init; }

    /// <summary>The connection's whole life, when there is one.</summary>
    public Task Ended { get; init; } = Task.CompletedTask;
}
