using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// One call as an HTTP/2 request: its start, its headers and its one end. Who ends it first decides the status; an end that
/// is not the server's resets the stream.
/// </summary>
internal sealed class HttpCall(GrpcChannel channel, IMethod method, CallOptions options, HttpContent content) : IDisposable
{
    private static readonly ProductInfoHeaderValue s_userAgent = new("nexus-grpc", "1.0");
    private static readonly MediaTypeHeaderValue s_contentType = new(GrpcHeader.ContentType);
    private static readonly Status s_deadlineExceeded = new(StatusCode.DeadlineExceeded, "");
    private static readonly Status s_cancelled = new(StatusCode.Cancelled, "Call canceled by the client.");
    private static readonly Status s_disposed = new(StatusCode.Cancelled, "gRPC call disposed.");

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ended = new();
    private CancellationTokenRegistration _callerRegistration;
    private CancellationTokenRegistration _channelRegistration;
    private ITimer? _deadline;
    private HttpResponseMessage? _response;
    private Stream? _body;
    private Metadata? _headers;
    private Metadata? _trailers;
    private Status? _status;
    private Task _started = Task.CompletedTask;

    public int? MaxReceiveMessageSize => channel.MaxReceiveMessageSize;

    public CancellationToken Ended => _ended.Token;

    public bool HasEnded
    {
        get { lock (_gate) return _status is not null; }
    }

    public static bool IsTransportFailure(Exception exception) =>
        exception is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException;

    public void Start()
    {
        var timeout = options.Deadline is { } deadline && deadline != DateTime.MaxValue
            ? GrpcTimeout.Clamp(deadline.ToUniversalTime() - TimeProvider.System.GetUtcNow().UtcDateTime)
            : (TimeSpan?)null;
        if (options.CancellationToken.IsCancellationRequested) End(s_cancelled);
        else if (timeout <= TimeSpan.Zero) End(s_deadlineExceeded);
        if (HasEnded) return;

        var request = CreateRequest(timeout);
        _callerRegistration = CancelWith(options.CancellationToken);
        _channelRegistration = channel.Disposed.UnsafeRegister(static call => ((HttpCall)call!).End(s_disposed), this);
        if (timeout is { } after)
        {
            _deadline = TimeProvider.System.CreateTimer(
                static call => ((HttpCall)call!).End(s_deadlineExceeded), this, after, Timeout.InfiniteTimeSpan);
        }

        _started = SendAsync(request);
        if (HasEnded) ReleaseTriggers(); // one of them fired while they were being set up
    }

    public CancellationTokenRegistration CancelWith(CancellationToken cancellationToken) => cancellationToken.CanBeCanceled
        ? cancellationToken.UnsafeRegister(static call => ((HttpCall)call!).End(s_cancelled), this)
        : default;

    /// <summary>The headers, also those of an answer that has nothing else.</summary>
    public async Task<Metadata> GetHeadersAsync()
    {
        await _started.ConfigureAwait(false);
        return _headers ?? throw Failure();
    }

    /// <summary>The response's body; null when the call has ended.</summary>
    public async ValueTask<Stream?> GetBodyAsync()
    {
        if (!_started.IsCompleted) await _started.ConfigureAwait(false);
        return HasEnded ? null : _body;
    }

    public Status GetStatus()
    {
        lock (_gate) return _status ?? throw new InvalidOperationException("Unable to get the status because the call is not complete.");
    }

    public Metadata GetTrailers()
    {
        lock (_gate)
        {
            if (_status is null) throw new InvalidOperationException("Can't get the call trailers because the call has not completed successfully.");
            return _trailers ?? [];
        }
    }

    /// <summary>What a reader or writer throws: the call's status, or what it met itself.</summary>
    public RpcException Failure(Exception? cause = null)
    {
        lock (_gate)
        {
            if (_status is { StatusCode: not StatusCode.OK } status) return new RpcException(status, _trailers ?? []);
            return new RpcException(cause is null
                ? new Status(StatusCode.Cancelled, "The call is over.")
                : ResponseStatus.FromTransport(cause));
        }
    }

    /// <summary>The response's body has come to its end.</summary>
    public void EndWithTrailers(bool isWithinMessage)
    {
        HttpResponseMessage? response;
        lock (_gate)
        {
            if (_status is not null) return;
            response = _response;
        }

        if (isWithinMessage) End(new Status(StatusCode.Internal, "The response ended within a message."));
        else if (response is null || !ResponseStatus.TryRead(response.TrailingHeaders, out var status)) End(new Status(StatusCode.Unknown, "The response has no grpc-status."));
        else End(status, ResponseStatus.ReadMetadata(response.TrailingHeaders));
    }

    /// <summary>Ends the call here; later ends change nothing. What goes on is reset.</summary>
    public void End(Status status, Metadata? trailers = null)
    {
        HttpResponseMessage? response;
        lock (_gate)
        {
            if (_status is not null) return;

            _status = status;
            _trailers = trailers;
            response = _response;
        }

        (content as StreamedRequestContent)?.Abandon();
        _ended.Cancel();
        response?.Dispose();
        ReleaseTriggers();
    }

    public void Dispose() => End(s_disposed);

    private void ReleaseTriggers()
    {
        _callerRegistration.Unregister();
        _channelRegistration.Unregister();
        _deadline?.Dispose();
    }

    private HttpRequestMessage CreateRequest(TimeSpan? timeout)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(channel.Address, method.FullName))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        content.Headers.ContentType = s_contentType;
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue(GrpcHeader.Trailers));
        request.Headers.UserAgent.Add(s_userAgent);
        if (timeout is { } limit) request.Headers.TryAddWithoutValidation(GrpcHeader.Timeout, GrpcTimeout.Format(limit));
        foreach (var entry in options.Headers ?? Metadata.Empty)
        {
            var value = MetadataText.Format(entry);
            if (!request.Headers.TryAddWithoutValidation(entry.Key, value)) content.Headers.TryAddWithoutValidation(entry.Key, value);
        }

        return request;
    }

    /// <summary>Sends the request and waits for the answer's headers. Never fails: a failure is the call's end.</summary>
    private async Task SendAsync(HttpRequestMessage request)
    {
        try
        {
            var response = await channel.SendAsync(request, _ended.Token).ConfigureAwait(false);
            if (Attach(response)) await ReadHeadersAsync(response).ConfigureAwait(false);
            else response.Dispose();
        }
        catch (Exception exception) when (IsTransportFailure(exception))
        {
            End(ResponseStatus.FromTransport(exception));
        }
    }

    private bool Attach(HttpResponseMessage response)
    {
        lock (_gate)
        {
            _response = response;
            return _status is null;
        }
    }

    private async Task ReadHeadersAsync(HttpResponseMessage response)
    {
        if (ResponseStatus.IsForeign(response, out var foreign))
        {
            End(ResponseStatus.TryRead(response.Headers, out var told) ? told : foreign, ResponseStatus.ReadMetadata(response.Headers));
            return;
        }

        _headers = ResponseStatus.ReadMetadata(response.Headers);
        if (ResponseStatus.TryRead(response.Headers, out var status))
        {
            End(status, _headers);
            return;
        }

        if (response.Headers.NonValidated.TryGetValues(GrpcHeader.Encoding, out var encoding) && encoding.ToString() != GrpcHeader.IdentityEncoding)
        {
            End(new Status(StatusCode.Unimplemented, $"The message encoding \"{encoding}\" is not supported."));
            return;
        }

        _body = await response.Content.ReadAsStreamAsync(_ended.Token).ConfigureAwait(false);
    }
}
