using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>The call's context over its HTTP request.</summary>
internal sealed class HttpServerCallContext : ServerCallContext, IDisposable
{
    public static readonly Status DeadlineExceeded = new(StatusCode.DeadlineExceeded, "Deadline Exceeded");

    private readonly CancellationTokenSource? _deadlinePassed;
    private readonly string _method;
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private Dictionary<object, object>? _userState;
    private bool _headersWritten;

    public HttpServerCallContext(HttpContext http, string method)
    {
        HttpContext = http;
        _method = method;
        DeadlineCore = DateTime.MaxValue;
        CancellationTokenCore = http.RequestAborted;
        if (!GrpcTimeout.TryParse(http.Request.Headers[GrpcHeader.Timeout].ToString(), out var timeout)) return;

        DeadlineCore = TimeProvider.System.GetUtcNow().UtcDateTime.Add(GrpcTimeout.Clamp(timeout));
        _deadlinePassed = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        _deadlinePassed.CancelAfter(GrpcTimeout.Clamp(timeout));
        CancellationTokenCore = _deadlinePassed.Token;
    }

    public HttpContext HttpContext { get; }

    public bool HasDeadline => _deadlinePassed is not null;

    public bool IsAborted => HttpContext.RequestAborted.IsCancellationRequested;

    public bool IsDeadlineExceeded => _deadlinePassed is { IsCancellationRequested: true } && !IsAborted;

    /// <summary>Set by the first message: from then on the status travels in trailers.</summary>
    public bool HasMessages { get; set; }

    protected override string MethodCore => _method;

    protected override string HostCore => HttpContext.Request.Host.Value ?? "";

    protected override string PeerCore => HttpContext.Connection.RemoteIpAddress switch
    {
        null => "unix:",
        { IsIPv4MappedToIPv6: true } address => Format("ipv4", address.MapToIPv4()),
        { AddressFamily: AddressFamily.InterNetwork } address => Format("ipv4", address),
        var address => Format("ipv6", address),
    };

    protected override DateTime DeadlineCore { get; }

    protected override CancellationToken CancellationTokenCore { get; }

    protected override Metadata RequestHeadersCore => _requestHeaders ??= ReadRequestHeaders();

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override IDictionary<object, object> UserStateCore => _userState ??= [];

    public void Dispose() => _deadlinePassed?.Dispose();

    /// <summary>Ends the response: in its only header block when nothing was sent yet, else in trailers.</summary>
    public void WriteStatus(Status status)
    {
        if (IsAborted) return;

        var inTrailers = HasMessages || HttpContext.Response.HasStarted;
        Append(inTrailers, GrpcHeader.Status, ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture));
        if (status.Detail.Length > 0) Append(inTrailers, GrpcHeader.Message, StatusMessage.Encode(status.Detail));
        if (_responseTrailers is null) return;
        foreach (var trailer in _responseTrailers) Append(inTrailers, trailer.Key, MetadataText.Format(trailer));
    }

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        if (_headersWritten || HasMessages || HttpContext.Response.HasStarted)
            throw new InvalidOperationException("Response headers can only be sent once and before any message.");

        _headersWritten = true;
        foreach (var header in responseHeaders) Append(inTrailers: false, header.Key, MetadataText.Format(header));
        await HttpContext.Response.BodyWriter.FlushAsync(CancellationToken);
    }

    private void Append(bool inTrailers, string name, string value)
    {
        if (inTrailers) HttpContext.Response.AppendTrailer(name, value);
        else HttpContext.Response.Headers.Append(name, value);
    }

    private Metadata ReadRequestHeaders()
    {
        var metadata = new Metadata();
        foreach (var (name, values) in HttpContext.Request.Headers)
        {
            foreach (var value in values)
            {
                if (value is not null) MetadataText.Add(metadata, name, value);
            }
        }

        return metadata;
    }

    private string Format(string scheme, IPAddress address) =>
        $"{scheme}:{new IPEndPoint(address, HttpContext.Connection.RemotePort)}";
}
