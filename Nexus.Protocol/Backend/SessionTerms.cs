namespace Nexus.Protocol.Backend;

/// <summary>For how long a session may run on the token that it showed last.</summary>
public sealed record SessionTerms
{
    /// <summary>Time to answer a challenge when the token says nothing.</summary>
    public static readonly TimeSpan DefaultReauthenticationGrace = TimeSpan.FromSeconds(10);

    /// <summary>Time until the next challenge, to be stretched at random by up to a fifth; null: none.</summary>
    public TimeSpan? ReauthenticationInterval { get; init; }

    /// <summary>Time to answer it.</summary>
    public TimeSpan ReauthenticationGrace { get; init; } = DefaultReauthenticationGrace;

    /// <summary>Longest deferral of a challenge while the authorizer is down; null: the token says nothing.</summary>
    public TimeSpan? MaintenanceCap { get; init; }

    /// <summary>Where to ask whether the authorizer is up; null: nowhere.</summary>
    public Uri? AuthorizerStatus { get; init; }

    /// <summary>Opaque.</summary>
    public string? PolicyVersion { get; init; }
}
