using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Nexus.Hub.Authentication;

/// <summary>Asks an authorizer elsewhere about a token (spec/node.md §1.8).</summary>
internal sealed class RemoteVerifier(AuthorizerHttp http, AuthenticationMetrics metrics, TimeProvider time, ILogger<RemoteVerifier> logger)
{
    /// <summary>Twice the largest claims: room for an error text and white space.</summary>
    public const int MaxAnswerSize = 128 * 1_024;

    private int _isAway;

    public async Task<VerifierAnswer> AskAsync(AuthenticationOptions options, ReadOnlyMemory<byte> token, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        using var limit = new CancellationTokenSource(options.RemoteVerifierTimeout, time);
        using var link = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var answer = new VerifierAnswer(VerifierOutcome.TimedOut);
        try
        {
            answer = await PostAsync(options.RemoteVerifierUrl, token, link.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            answer = new(VerifierOutcome.Unreachable);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // It stays "timed out".
        }

        metrics.VerifierAnswered(answer.Outcome, time.GetElapsedTime(began));
        LogChange(answer);
        return answer;
    }

    private async Task<VerifierAnswer> PostAsync(Uri? address, ReadOnlyMemory<byte> token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = MakeContent(token.Span) };
        using var response = await http.Verifier.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if ((int)response.StatusCode >= 500) return new(VerifierOutcome.Failed);
        if (response.StatusCode != HttpStatusCode.OK) return new(VerifierOutcome.BadAnswer);
        var body = await BoundedContent.ReadAsync(await response.Content.ReadAsStreamAsync(cancellationToken), MaxAnswerSize, cancellationToken);
        return body is null ? new(VerifierOutcome.BadAnswer) : VerifierAnswer.Read(body);
    }

    private static ByteArrayContent MakeContent(ReadOnlySpan<byte> token)
    {
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("token"u8, System.Text.Encoding.UTF8.GetString(token)); // what is no UTF-8 becomes U+FFFD, and no token
            writer.WriteEndObject();
        }

        return new(body.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }

    /// <summary>Once when it goes away and once when it is back, not for each token.</summary>
    private void LogChange(in VerifierAnswer answer)
    {
        var isAway = answer.IsAway ? 1 : 0;
        if (Interlocked.Exchange(ref _isAway, isAway) == isAway) return;
        if (isAway == 1) AuthenticationLog.VerifierAway(logger, answer.Outcome);
        else AuthenticationLog.VerifierBack(logger);
    }
}
