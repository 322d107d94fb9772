using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Options;
using Nexus.Identities;
using Nexus.Protocol.Naming;
using Nexus.ServiceDefaults;

namespace Nexus.Edge.Challenges;

/// <summary>
/// Answers the authority's questions about the node's own name (RFC 8555 §8.3) with what Certs says. Whoever asks costs a call, so there
/// is room for a few at once.
/// </summary>
internal sealed class HttpChallenges : IDisposable
{
    private const string Folder = "/.well-known/acme-challenge/";
    private const int MaxTokenLength = 256;
    private const int MaxAtOnce = 16;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly GrpcChannel? _channel;
    private readonly Contracts.Certs.V1.Challenges.ChallengesClient? _certs;
    private readonly SemaphoreSlim _room = new(MaxAtOnce);
    private readonly string _host;
    private readonly TimeProvider _time;

    public HttpChallenges(IOptions<ChallengeOptions> options, IConfiguration configuration, ServiceIdentity identity, TimeProvider time)
    {
        _host = HostName.Normalize(options.Value.Hostname ?? "");
        _time = time;
        if (_host.Length == 0 || !ServiceAddress.TryGetGrpc(configuration, "certs", out var address)) return;
        _channel = GrpcDefaults.CreateChannel(address, handler => identity.Secure(handler, ServiceRole.Certs));
        _certs = new(_channel);
    }

    /// <summary>Whether a request is one of those questions.</summary>
    public bool IsMeant(string host, string path) => _certs is not null && host == _host && path.StartsWith(Folder, StringComparison.Ordinal);

    /// <summary>Writes the answer; returns a status code instead when there is none.</summary>
    public async Task<int> AnswerAsync(HttpContext context, string path)
    {
        var token = path[Folder.Length..];
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)) return StatusCodes.Status405MethodNotAllowed;
        if (_certs is null || token.Length is 0 or > MaxTokenLength || !token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) return StatusCodes.Status404NotFound;
        if (!_room.Wait(0)) return StatusCodes.Status503ServiceUnavailable;
        string text;
        try
        {
            var limit = _time.GetUtcNow().UtcDateTime + s_patience;
            text = (await _certs.FindHttpAsync(new() { Token = token }, deadline: limit, cancellationToken: context.RequestAborted)).KeyAuthorization;
        }
        catch (RpcException e)
        {
            return e.StatusCode == StatusCode.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status503ServiceUnavailable;
        }
        finally
        {
            _room.Release();
        }

        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = text.Length;
        context.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsGet(context.Request.Method)) await context.Response.WriteAsync(text, context.RequestAborted);
        return 0;
    }

    public void Dispose()
    {
        _channel?.Dispose();
        _room.Dispose();
    }
}
