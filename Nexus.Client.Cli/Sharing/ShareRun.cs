using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Nexus.Client.Cli.Access;
using Nexus.Client.Cli.Running;
using Nexus.ServiceDefaults;

namespace Nexus.Client.Cli.Sharing;

/// <summary>One service on the internet, until Ctrl-C.</summary>
internal sealed class ShareRun(ShareRequest request, HubAccess access, LogLevel logLevel)
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    /// <exception cref="CommandException">It cannot be done as it was told.</exception>
    public async Task<int> RunAsync()
    {
        using var signals = new StopSignals();
        using var telemetry = new CommandTelemetry();
        using var loggers = CommandLogging.Create(logLevel);
        using var memory = new QuietMemory(TimeProvider.System);
        await using var client = CreateClient(loggers);
        var view = new ShareView(request, access.Server, new Terminal(Console.Out, isInteractive: !Console.IsOutputRedirected), TimeProvider.System);
        await view.BeginAsync();
        await client.StartAsync(signals.Stop);
        var problem = await WatchAsync(client, view, signals.Stop);
        if (problem is null) await view.LeaveAsync(client.GetStatistics());
        await client.DisposeAsync();
        await view.EndAsync(client.GetStatistics());
        return problem is null ? ExitCodes.Stopped : throw new CommandException(problem);
    }

    private NexusClient CreateClient(ILoggerFactory loggers)
    {
        var redirect = new HttpsRedirect(request.PlainPort, request.PublicPort, TimeProvider.System);
        try
        {
            return new(request.CreateBackend(access), new() { LoggerFactory = loggers, ConnectHandlers = request.PlainPort > 0 ? [redirect.ConnectAsync] : [] });
        }
        catch (OptionsValidationException ex)
        {
            throw new CommandException(string.Join(Environment.NewLine, ex.Failures));
        }
        catch (NexusTokenException ex)
        {
            throw new CommandException(ex.Message);
        }
    }

    /// <summary>Shows how things stand, until the user has enough.</summary>
    /// <returns>What cannot be mended by waiting; null for the user's wish.</returns>
    private async Task<string?> WatchAsync(NexusClient client, ShareView view, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var changed = new SemaphoreSlim(0);
        var hearing = HearAsync(client, changed, ended.Token);
        var wasAccepted = false;
        try
        {
            while (true)
            {
                var session = client.Sessions[0];
                wasAccepted |= session.State == NexusSessionState.Connected;
                if (!wasAccepted && session.LastError is { } error && IsFinal(error)) return HubWords.Explain(error, access.Server, session.LastErrorText);
                await view.ShowAsync(session, client.Certificates, client.GetStatistics());
                await changed.WaitAsync(s_look, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            await ended.CancelAsync();
            await hearing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static bool IsFinal(NexusConnectError error) => error is NexusConnectError.AuthenticationFailed or NexusConnectError.TokenUnavailable;

    /// <summary>What is not about single users is shown at once.</summary>
    private static async Task HearAsync(NexusClient client, SemaphoreSlim changed, CancellationToken ended)
    {
        await foreach (var happened in client.WatchEventsAsync(ended))
        {
            if (happened.Kind is not (NexusClientEventKind.StreamOpened or NexusClientEventKind.StreamClosed) && changed.CurrentCount == 0) changed.Release();
        }
    }
}
