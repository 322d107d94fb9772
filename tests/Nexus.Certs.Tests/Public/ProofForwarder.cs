using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Nexus.Contracts.Certs.V1;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Tests.Public;

/// <summary>Port 80 of the name, as edges have it: what an authority asks is asked of Certs.</summary>
internal sealed class ProofForwarder : IAsyncDisposable
{
    private readonly WebApplication _app;
    private volatile TaskCompletionSource<GrpcChannel[]> _certs = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ProofForwarder(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        _app = builder.Build();
        _app.MapGet("/.well-known/acme-challenge/{token}", AnswerAsync);
    }

    public static async Task<ProofForwarder> StartAsync(int port)
    {
        var forwarder = new ProofForwarder(port);
        await forwarder._app.StartAsync(TestContext.Current.CancellationToken);
        return forwarder;
    }

    /// <summary>Leaves all questions open until it is told whom to ask.</summary>
    public void Hold() => _certs = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Asks these from now on: the first that knows answers.</summary>
    public void Ask(params string[] certs)
    {
        GrpcChannel[] channels = [.. certs.Select(address => GrpcDefaults.CreateChannel(new Uri(address)))];
        if (_certs.TrySetResult(channels)) return;
        Hold();
        _certs.SetResult(channels);
    }

    public async ValueTask DisposeAsync()
    {
        Ask();
        await _app.DisposeAsync();
    }

    /// <summary>While nobody is there at all it waits, for less than pebble does.</summary>
    private async Task<IResult> AnswerAsync(string token)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var tries = 0; ; tries++)
        {
            var (text, isAnswered) = await TryAskAsync(token);
            if (text is not null) return Results.Text(text);
            if (isAnswered || tries == 40) return Results.NotFound();
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task<(string? Text, bool IsAnswered)> TryAskAsync(string token)
    {
        var isAnswered = false;
        foreach (var certs in await _certs.Task.BoundedAsync())
        {
            try
            {
                return ((await new Challenges.ChallengesClient(certs).FindHttpAsync(new() { Token = token })).KeyAuthorization, true);
            }
            catch (RpcException e)
            {
                isAnswered |= e.StatusCode == StatusCode.NotFound; // another may know
            }
        }

        return (null, isAnswered);
    }
}
