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
    private const int MaxTries = 40;

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

    /// <summary>While nobody knows it waits, for less than pebble does: whoever is asked may just be starting.</summary>
    private async Task<IResult> AnswerAsync(string token)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var tries = 0; tries < MaxTries; tries++)
        {
            if (await TryAskAsync(token) is { } text) return Results.Text(text);
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        return Results.NotFound();
    }

    private async Task<string?> TryAskAsync(string token)
    {
        foreach (var certs in await _certs.Task.BoundedAsync())
        {
            try
            {
                return (await new Challenges.ChallengesClient(certs).FindHttpAsync(new() { Token = token })).KeyAuthorization;
            }
            catch (RpcException)
            {
                // Another may know.
            }
        }

        return null;
    }
}
