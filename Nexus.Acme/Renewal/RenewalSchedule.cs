namespace Nexus.Acme.Renewal;

/// <summary>
/// Chooses when to renew. Pure: by the authority's window a random moment in it (RFC 9773 §4.2), else two thirds of the certificate's
/// life, up to a twentieth of it earlier by chance, so that certificates that were made together are not renewed together.
/// </summary>
public static class RenewalSchedule
{
    private static readonly TimeSpan s_soonest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_usual = TimeSpan.FromHours(6);
    private static readonly TimeSpan s_latest = TimeSpan.FromDays(1);

    /// <summary>The plan for a certificate.</summary>
    /// <param name="notBefore">Begin of the certificate's life.</param>
    /// <param name="notAfter">End of the certificate's life.</param>
    /// <param name="info">What the authority says now; null when it does not, or could not be asked.</param>
    /// <param name="previous">This certificate's plan so far, or null: its moment is kept while the window stays as it is, for a moment drawn again and again would come too early.</param>
    /// <param name="now">The present time.</param>
    /// <param name="chance">From 0 to 1, e.g. <see cref="Random.NextDouble"/>.</param>
    public static RenewalPlan Plan(DateTimeOffset notBefore, DateTimeOffset notAfter, RenewalInfo? info, RenewalPlan? previous, DateTimeOffset now, double chance)
    {
        chance = Math.Clamp(chance, 0, 1);
        var wait = info?.RetryAfter ?? s_usual;
        var askAgain = now + (wait < s_soonest ? s_soonest : wait > s_latest ? s_latest : wait);
        // An authority that cannot be asked for a while has not changed its mind.
        var known = info ?? (previous?.Info is { } last && last.End > now ? last : null);
        if (previous is not null && IsSameWindow(previous.Info, known)) return previous with { AskAgainAt = askAgain };
        var life = notAfter - notBefore;
        if (known is not null) return new(Earlier(Between(known.Start, known.End, chance), notAfter - (life / 20)), askAgain, known);
        return new(Between(notBefore + (life * (2.0 / 3 - 0.05)), notBefore + (life * (2.0 / 3)), chance), askAgain, null);
    }

    private static bool IsSameWindow(RenewalInfo? one, RenewalInfo? other) => one?.Start == other?.Start && one?.End == other?.End;

    // Whatever the authority says: not when it is all but too late.
    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    // In whole seconds, as certificates have them.
    private static DateTimeOffset Between(DateTimeOffset start, DateTimeOffset end, double chance) => start + TimeSpan.FromSeconds(Math.Floor((end - start).TotalSeconds * chance));
}
