using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// One call of `Streams.Relay` as its caller makes it, an HTTP/2 request whose bodies are used as they are: no message objects, and no
/// copies into them. Who ends it first decides its status; an end that is not the target's resets the stream.
/// </summary>
internal sealed class RelayCall : IDisposable
{
    public const string ContentType = "application/grpc";

    private const string Path = "/nexus.streams.v1.Streams/Relay";

    private static readonly ProductInfoHeaderValue s_userAgent = new("nexus-relay", "1.0");
    private static readonly MediaTypeHeaderValue s_contentType = new(ContentType);
    private static readonly Status s_disposed = new(StatusCode.Cancelled, "The call was given up.");

    private readonly RelayRequestContent _requests = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly Task _started;
    private readonly CancellationTokenRegistration _stopped;
    private readonly Action _whenEnded;
    private HttpResponseMessage? _response;
    private Status? _status;

    private RelayCall(HttpMessageInvoker http, Uri target, Action ended, CancellationToken stopped)
    {
        _whenEnded = ended;
        _stopped = stopped.UnsafeRegister(static state => ((RelayCall)state!).Dispose(), this);
        _started = SendAsync(http, target);
        if (Status is not null) _stopped.Unregister(); // it ended while this was being set up
    }

    /// <summary>The responses; null before <see cref="IsAcceptedAsync"/> has said true.</summary>
    public Stream? Responses { get; private set; }

    /// <summary>Fires when the call is over.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>The target's reason for the end; null when it gave none, or has not ended the call.</summary>
    public string? EndReason { get; private set; }

    /// <summary>How the call has ended; null while it goes on.</summary>
    public Status? Status
    {
        get { lock (_gate) return _status; }
    }

    /// <summary>Starts a call, which is given up when <paramref name="stopped"/> fires; <paramref name="ended"/> is called once, when it is over.</summary>
    public static RelayCall Start(HttpMessageInvoker http, Uri target, Action ended, CancellationToken stopped) => new(http, target, ended, stopped);

    public static bool IsTransportFailure(Exception exception) =>
        exception is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    /// <summary>Waits for the target's answer.</summary>
    public async Task<bool> IsAcceptedAsync()
    {
        await _started.ConfigureAwait(false);
        lock (_gate) return _status is null && _response is { } response && RelayStatus.Find(response.Headers, RelayHeader.Stream) == RelayHeader.Accepted;
    }

    /// <summary>Why it was not accepted.</summary>
    public async Task<Status> ReadRefusalAsync()
    {
        if (Status is null && Responses is { } responses)
        {
            try
            {
                var hasMore = await responses.ReadAsync(new byte[1], Ended).ConfigureAwait(false) > 0;
                if (hasMore) End(new Status(StatusCode.Unknown, "Data without having accepted."));
                else EndWithTrailers(isWithinMessage: false);
            }
            catch (Exception exception) when (IsTransportFailure(exception))
            {
                Fail(exception);
            }
        }

        return Status is { StatusCode: not StatusCode.OK } status ? status : new Status(StatusCode.Unknown, "Ended without having accepted.");
    }

    /// <summary>Sends whole messages with their prefixes.</summary>
    /// <exception cref="IOException">The call is over; its status, or what comes to be read, says why.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> messages)
    {
        try
        {
            var body = await _requests.Opened.ConfigureAwait(false) ?? throw new IOException("The call is over.");
            await body.WriteAsync(messages, Ended).ConfigureAwait(false);
            await body.FlushAsync(Ended).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not IOException && IsTransportFailure(exception))
        {
            throw new IOException("The call is over.", exception);
        }
    }

    /// <summary>No more messages.</summary>
    public void CompleteWrites() => _requests.Complete();

    /// <summary>The responses have come to their end.</summary>
    public void EndWithTrailers(bool isWithinMessage)
    {
        HttpResponseMessage? response;
        lock (_gate)
        {
            if (_status is not null) return;
            response = _response;
        }

        if (isWithinMessage) End(new Status(StatusCode.Internal, "The responses ended within a message."));
        else if (response is null || !RelayStatus.TryRead(response.TrailingHeaders, out var status)) End(new Status(StatusCode.Unknown, "No status."));
        else End(status, RelayStatus.Find(response.TrailingHeaders, RelayHeader.End));
    }

    /// <summary>The transport failed, unless the call had ended before.</summary>
    public void Fail(Exception exception) => End(RelayStatus.FromTransport(exception));

    /// <summary>Ends the call here; later ends change nothing. What goes on is reset.</summary>
    public void End(Status status, string? reason = null)
    {
        HttpResponseMessage? response;
        lock (_gate)
        {
            if (_status is not null) return;

            _status = status;
            EndReason = reason;
            response = _response;
        }

        _requests.Abandon();
        _ended.Cancel();
        response?.Dispose();
        _stopped.Unregister();
        _whenEnded();
    }

    public void Dispose() => End(s_disposed);

    /// <summary>Sends the request and waits for the answer's headers. Never fails: a failure is the call's end.</summary>
    private async Task SendAsync(HttpMessageInvoker http, Uri target)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(target, Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = _requests,
        };
        _requests.Headers.ContentType = s_contentType;
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.UserAgent.Add(s_userAgent);
        try
        {
            var response = await http.SendAsync(request, Ended).ConfigureAwait(false);
            if (Attach(response)) await ReadHeadersAsync(response).ConfigureAwait(false);
            else response.Dispose();
        }
        catch (Exception exception) when (IsTransportFailure(exception))
        {
            Fail(exception);
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
        if (RelayStatus.TryRead(response.Headers, out var status)) End(status, RelayStatus.Find(response.Headers, RelayHeader.End));
        else if (RelayStatus.IsForeign(response, out var foreign)) End(foreign);
        else Responses = await response.Content.ReadAsStreamAsync(Ended).ConfigureAwait(false);
    }
}
