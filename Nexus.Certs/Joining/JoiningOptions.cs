using System.ComponentModel.DataAnnotations;

namespace Nexus.Certs.Joining;

/// <summary>How services come by their identities.</summary>
internal sealed class JoiningOptions
{
    public const string SectionName = "Nexus:Certs:Joining";

    /// <summary>Of an identity; it is renewed at half of it. There is no revocation: this is how long one that was stolen is good.</summary>
    [Range(typeof(TimeSpan), "00:10:00", "30.00:00:00")] public TimeSpan IdentityLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Of a join token that nobody uses.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")] public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromMinutes(10);
}
