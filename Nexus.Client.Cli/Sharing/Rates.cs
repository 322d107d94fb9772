namespace Nexus.Client.Cli.Sharing;

/// <summary>Bytes a second between the last two looks.</summary>
internal sealed class Rates
{
    private NexusClientStatistics? _before;

    /// <summary>From users.</summary>
    public double Received { get; private set; }

    /// <summary>To users.</summary>
    public double Sent { get; private set; }

    public void Add(NexusClientStatistics statistics)
    {
        if (_before is { } before && (statistics.Time - before.Time).TotalSeconds is > 0 and var seconds)
        {
            Received = (statistics.BytesReceived - before.BytesReceived) / seconds;
            Sent = (statistics.BytesSent - before.BytesSent) / seconds;
        }

        _before = statistics;
    }
}
