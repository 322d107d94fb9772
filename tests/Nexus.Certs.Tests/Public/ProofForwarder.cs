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
    private volatile GrpcChannel[] _certs = [];

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

    /// <summary>Asks these from now on: the first that knows answers.</summary>
    public void Ask(params string[] certs) => _certs = [.. certs.Select(address => GrpcDefaults.CreateChannel(new Uri(address)))];

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        foreach (var channel in _certs) channel.Dispose();
    }

    private async Task<IResult> AnswerAsync(string token)
    {
        foreach (var certs in _certs)
        {
            try
            {
                return Results.Text((await new Challenges.ChallengesClient(certs).FindHttpAsync(new() { Token = token })).KeyAuthorization);
            }
            catch (RpcException)
            {
                // Another may know.
            }
        }

        return Results.NotFound();
    }
}
