using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.Features;
using Nexus.Edge.Peeking;

namespace Nexus.Edge.PlainHttp;

/// <summary>
/// Where a request wants to go, from what the client really wrote (the server's own view of host and path is decoded), and
/// whether it may be passed on: what two readers could understand differently is refused.
/// </summary>
internal static class RequestTarget
{
    private const string AbsolutePrefix = "http://";

    /// <returns>0, or the status code of the refusal.</returns>
    public static int TryRead(HttpContext context, out RequestRoute route)
    {
        route = default;
        var request = context.Request;
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.AsSpan().ContainsAnyExceptInRange('!', '~') || HttpMethods.IsConnect(request.Method)) return StatusCodes.Status400BadRequest;
        if (target == "*") return StatusCodes.Status501NotImplemented; // the HTTP client has no way to say it
        if (!IsFramedPlainly(request.Headers) || HasControlCharacters(request.Headers)) return StatusCodes.Status400BadRequest;

        var rawHost = request.Headers.Host.ToString();
        if (rawHost.Length == 0) return StatusCodes.Status400BadRequest;
        if (!RequestedName.TryReadAuthority(rawHost, out var host)) return StatusCodes.Status421MisdirectedRequest;
        if (!TryReadPath(target, host, out var path)) return StatusCodes.Status421MisdirectedRequest;
        route = new(host, rawHost, path);
        return 0;
    }

    /// <summary>Origin-form as it is; of absolute-form the part after an authority that must agree with Host.</summary>
    private static bool TryReadPath(string target, string host, [NotNullWhen(true)] out string? path)
    {
        path = target;
        if (target[0] == '/') return true;
        if (!target.StartsWith(AbsolutePrefix, StringComparison.OrdinalIgnoreCase)) return false;

        var end = target.AsSpan(AbsolutePrefix.Length).IndexOfAny('/', '?');
        var authority = end < 0 ? target[AbsolutePrefix.Length..] : target.Substring(AbsolutePrefix.Length, end);
        path = end < 0 ? "/" : target[(AbsolutePrefix.Length + end)..];
        if (path[0] == '?') path = "/" + path;
        return RequestedName.TryReadAuthority(authority, out var named) && named == host;
    }

    /// <summary>One way to find the end of the body, RFC 9112 §6.1, §6.3.</summary>
    private static bool IsFramedPlainly(IHeaderDictionary headers)
    {
        var coding = headers.TransferEncoding;
        return coding.Count == 0
            || (coding.Count == 1 && string.Equals(coding.ToString(), "chunked", StringComparison.OrdinalIgnoreCase) && headers.ContentLength is null);
    }

    private static bool HasControlCharacters(IHeaderDictionary headers)
    {
        foreach (var (_, values) in headers)
        {
            foreach (var value in values)
            {
                foreach (var c in value ?? "")
                {
                    if (c is < ' ' and not '\t' or '\x7F') return true;
                }
            }
        }
        return false;
    }
}
