using System.Net;
using System.Text.Json;

namespace Nexus.Hub.OrchestratorRegistration;

/// <summary>What an attempt brought.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Wait">Until the next attempt, as the orchestrator asked for; null: it did not.</param>
internal readonly record struct RegistrationAnswer(RegistrationOutcome Outcome, TimeSpan? Wait = null)
{
    /// <summary>Bytes of the body that are looked at.</summary>
    public const int MaxBody = 4_096;

    private const string IntervalName = "heartbeat_interval";

    /// <summary>An orchestrator that asks for more is not believed: the hub would look lost for days.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    private static readonly TimeSpan s_shortestInterval = TimeSpan.FromSeconds(5);

    /// <summary>The meaning of a response.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="retryAfter">The wait that its `Retry-After` names, by seconds or by date.</param>
    /// <param name="body">Its body, cut at <see cref="MaxBody"/>.</param>
    public static RegistrationAnswer From(HttpStatusCode status, TimeSpan? retryAfter, ReadOnlySpan<byte> body) => status switch
    {
        HttpStatusCode.OK => TryReadInterval(body, out var seconds)
            ? new(RegistrationOutcome.Registered, TimeSpan.FromSeconds(Math.Clamp(seconds, (long)s_shortestInterval.TotalSeconds, (long)s_longest.TotalSeconds)))
            : new(RegistrationOutcome.InvalidAnswer),
        HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized => new(RegistrationOutcome.Refused),
        HttpStatusCode.TooManyRequests => new(RegistrationOutcome.Throttled, Bounded(retryAfter)),
        HttpStatusCode.ServiceUnavailable => new(RegistrationOutcome.UnexpectedStatus, Bounded(retryAfter)),
        _ => new(RegistrationOutcome.UnexpectedStatus),
    };

    private static TimeSpan? Bounded(TimeSpan? wait) => wait <= TimeSpan.Zero ? null : wait > s_longest ? s_longest : wait;

    /// <summary>As the original's decoder: one object, names in any case, others ignored, none is zero; what follows does not matter.</summary>
    private static bool TryReadInterval(ReadOnlySpan<byte> body, out long seconds)
    {
        seconds = 0;
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!JsonDocument.TryParseValue(ref reader, out var json)) return false;
            using (json)
            {
                if (json.RootElement.ValueKind != JsonValueKind.Object) return false;
                foreach (var member in json.RootElement.EnumerateObject())
                {
                    if (!member.Name.Equals(IntervalName, StringComparison.OrdinalIgnoreCase) || member.Value.ValueKind == JsonValueKind.Null) continue;
                    if (member.Value.ValueKind != JsonValueKind.Number || !member.Value.TryGetInt64(out seconds)) return false;
                }
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false; // the second: a name that is no UTF-8
        }
    }
}
