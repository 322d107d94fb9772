using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Nexus.Hub.Sessions;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Sessions;

public sealed class ConnectionAdmissionTests
{
    [Fact]
    public async Task Connection_WhoseLastBytesNobodyTakes_IsAbortedAfterTenSeconds()
    {
        var time = new ManualTimeProvider();
        await using var services = new ServiceCollection().AddMetrics().AddOptions().AddSingleton<TimeProvider>(time)
            .AddSingleton<LiveStreams>().AddSingleton<FailureThrottle>().AddSingleton<SessionsMetrics>().BuildServiceProvider();
        var admission = new ConnectionAdmission(Options.Create(new SessionsOptions()), services.GetRequiredService<SessionsMetrics>(), time);
        var pipe = new Pipe();
        await using var connection = new DefaultConnectionContext("1")
        {
            RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 1),
            Transport = new DuplexPipe(pipe.Reader, pipe.Writer),
        };
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = connection.ConnectionClosed.Register(aborted.SetResult);

        await admission.RunAsync(connection, accepted =>
        {
            accepted.Features.Get<PendingConnection>()?.Authenticated();
            return Task.CompletedTask;
        });

        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(connection.ConnectionClosed.IsCancellationRequested);
        time.Advance(TimeSpan.FromSeconds(1));
        await aborted.Task.BoundedAsync();
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
