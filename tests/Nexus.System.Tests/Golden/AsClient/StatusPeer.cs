using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Nexus.SystemTests.Golden.Recordings;
using Nexus.SystemTests.Golden.Wire;
using Nexus.Testing;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>The authorizer's status address of a recording, on a port of ours: the recorded tokens are made to point here.</summary>
internal sealed class StatusPeer : IAsyncDisposable
{
    /// <summary>Who answers, in the recordings' words.</summary>
    public const string Actor = "authorizer status endpoint";

    private const string RecordedAddress = "https://localhost:31210/";

    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _authority = new();
    private readonly FreePort _port = FreePort.Reserve();
    private readonly Changes _changes;
    private readonly WebApplication _app;
    private int _requests;

    private StatusPeer(int answer, Changes changes)
    {
        _changes = changes;
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.Sources.Clear(); // the settings of the services are beside the tests too
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(_port.EndPoint, listen => listen.UseHttps(_authority.Issue("localhost"))));
        _app = builder.Build();
        _app.MapGet("/status", (HttpContext context) =>
        {
            context.Response.StatusCode = answer;
            Interlocked.Increment(ref _requests);
            _changes.Signal();
        });
    }

    /// <summary>How often it was asked.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Null when nobody asks for one in the recording.</summary>
    public static async Task<StatusPeer?> StartAsync(Recording recording, Changes changes)
    {
        if (recording.Events.FirstOrDefault(recorded => recorded.Actor == Actor) is not { } asked) return null;
        var peer = new StatusPeer((int?)asked.Line["answer"] ?? 200, changes);
        await File.WriteAllTextAsync(peer.RootsFile, peer._authority.RootPem, TestContext.Current.CancellationToken);
        await peer._app.StartAsync(TestContext.Current.CancellationToken);
        return peer;
    }

    /// <summary>The hub trusts it, and may ask it although it is on loopback.</summary>
    public void AddTo(Dictionary<string, string?> settings)
    {
        settings["Nexus:Hub:Authentication:TrustedRootsFile"] = RootsFile;
        settings["Nexus:Hub:Authentication:StatusAllowedNetworks:0"] = "127.0.0.0/8";
        settings["Nexus:Hub:Authentication:StatusAllowedNetworks:1"] = "::1/128";
    }

    /// <summary>The same message with our address in its token.</summary>
    public RecordedFrame Redirect(RecordedFrame frame)
    {
        if (frame.Token is not { } recorded) return frame;
        var ours = string.Create(CultureInfo.InvariantCulture, $"https://localhost:{_port.Port}/");
        var token = recorded with { Claims = recorded.Claims.Replace(RecordedAddress, ours, StringComparison.Ordinal) };
        return frame with { Token = token, Message = new WireMessage(WireKind.Text, token.WithNonce("", "")) };
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _port.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    private string RootsFile => _folder.PathOf("roots.pem");
}
