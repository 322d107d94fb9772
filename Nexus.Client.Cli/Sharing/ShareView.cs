using System.Globalization;
using Nexus.Client.Cli.Access;

namespace Nexus.Client.Cli.Sharing;

/// <summary>Tells the user where the service is, how the hub and the certificates are, and what goes on. What has not changed is not told again.</summary>
internal sealed class ShareView(ShareRequest request, Uri server, Terminal terminal, TimeProvider time)
{
    /// <summary>Into a file or a pipe the line of the moment is written seldom, and only when something has moved.</summary>
    private static readonly TimeSpan s_betweenLines = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);
    private readonly Rates _rates = new();
    private DateTimeOffset _lastLine;
    private string _lastLive = "";

    public async Task BeginAsync()
    {
        foreach (var address in request.PublicAddresses(server)) await terminal.WriteLineAsync($"{address} -> {request.Target?.Target}");
    }

    public async Task ShowAsync(NexusSessionInfo session, IReadOnlyList<NexusCertificateInfo> certificates, NexusClientStatistics statistics)
    {
        await TellAsync("hub", Describe(session));
        foreach (var certificate in certificates) await TellAsync($"certificate of {certificate.Host}", Describe(certificate));
        var isUp = session.State == NexusSessionState.Connected && certificates.All(certificate => certificate.State == NexusCertificateState.Present);
        if (isUp) await TellAsync("ready", string.Join(" ", request.PublicAddresses(server)));
        _rates.Add(statistics);
        await ShowLiveAsync(LiveLine.Of(statistics, _rates, session.RoundTrip));
    }

    public Task LeaveAsync(NexusClientStatistics statistics) => terminal.WriteLineAsync(statistics.ActiveStreams == 0
        ? "Leaving."
        : $"Leaving: {Count(statistics.ActiveStreams, "connection")} may finish; Ctrl-C again ends at once.");

    public Task EndAsync(NexusClientStatistics statistics) => terminal.WriteLineAsync($"{Count(statistics.StreamsOpened, "connection")} in all.");

    private static string Count(long count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private string Describe(NexusSessionInfo session) => session switch
    {
        { State: NexusSessionState.Connected } => $"connected to {server.Host}",
        { LastError: { } error } => HubWords.Explain(error, server, session.LastErrorText),
        _ => $"connecting to {server.Host}",
    };

    private static string Describe(NexusCertificateInfo certificate) => certificate switch
    {
        { State: NexusCertificateState.Present, NotAfter: { } end, Problem: { } problem } => $"good until {Date(end)}, but its renewal failed: {problem}",
        { State: NexusCertificateState.Present, NotAfter: { } end } => $"good until {Date(end)}, renewed by itself",
        { State: NexusCertificateState.Present } => "from your files",
        { State: NexusCertificateState.Ordering } => "is being obtained",
        { State: NexusCertificateState.Failed } => $"{certificate.Problem ?? "none, and the authority did not say why."}{Next(certificate.NextAttempt)}",
        _ => $"{certificate.Problem ?? "none yet, it is asked for as soon as the hub is there"}{Next(certificate.NextAttempt)}",
    };

    private static string Date(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    private static string Next(DateTimeOffset? moment) => moment is { } next ? $" Next attempt at {next.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture)}." : "";

    private async Task TellAsync(string what, string state)
    {
        if (_told.TryGetValue(what, out var told) && told == state) return;
        _told[what] = state;
        await terminal.WriteLineAsync($"{what}: {state}");
    }

    private async Task ShowLiveAsync(string line)
    {
        var now = time.GetUtcNow();
        if (!terminal.IsInteractive && (line == _lastLive || now - _lastLine < s_betweenLines)) return;
        (_lastLive, _lastLine) = (line, now);
        await terminal.WriteLiveAsync(line);
    }
}
