using Grpc.Core;
using Microsoft.Extensions.Options;
using Nexus.Identities;
using Nexus.Protocol.Naming;
using ChallengesClient = Nexus.Contracts.Certs.V1.Challenges.ChallengesClient;

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

    private readonly ServiceReplicas? _certs;
    private readonly SemaphoreSlim _room = new(MaxAtOnce);
    private readonly string _host;

    public HttpChallenges(IOptions<ChallengeOptions> options, IConfiguration configuration, ServiceIdentity identity, TimeProvider time)
    {
        _host = HostName.Normalize(options.Value.Hostname ?? "");
        if (_host.Length > 0) _certs = ServiceReplicas.TryCreate(configuration, ServiceRole.Certs, identity, time);
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
            var (proof, status) = await _certs.AskAsync((channel, options) => new ChallengesClient(channel).FindHttpAsync(new() { Token = token }, options), s_patience, context.RequestAborted);
            if (proof is null) return status == StatusCode.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status503ServiceUnavailable;
            text = proof.KeyAuthorization;
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
        _certs?.Dispose();
        _room.Dispose();
    }
}
