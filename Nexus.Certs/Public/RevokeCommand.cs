using Microsoft.Extensions.Options;
using Nexus.Acme.Certificates;
using Nexus.Acme.Problems;
using Nexus.Certs.Sharing;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Public;

/// <summary><c>Nexus.Certs revoke --reason REASON</c>: revokes the node's certificate, beside a Certs that runs and gets another one then.</summary>
internal sealed class RevokeCommand
{
    private const string Word = "revoke";
    private const string Reason = "--reason";
    private const int Failed = 1;
    private const int Usage = 64; // EX_USAGE of sysexits.h

    private readonly string? _reason;

    private RevokeCommand(string? reason) => _reason = reason;

    /// <summary>Null when the arguments ask for something else.</summary>
    /// <param name="args">Of the process.</param>
    /// <param name="rest">What is left of them for the configuration.</param>
    public static RevokeCommand? TryParse(string[] args, out string[] rest)
    {
        rest = args;
        if (args is not [Word, ..]) return null;
        rest = args is [_, Reason, _, ..] ? args[3..] : args[1..];
        return new(args is [_, Reason, var reason, ..] ? reason : null);
    }

    /// <summary>Says what came of it. Returns the exit code.</summary>
    public static async Task<int> RunAsync(WebApplication app, RevokeCommand command)
    {
        if (Enum.GetValues<RevocationReason>().Where(reason => ToWord(reason) == command._reason).Select(reason => (RevocationReason?)reason).FirstOrDefault() is not { } reason)
        {
            await Console.Error.WriteLineAsync($"usage: Nexus.Certs {Word} {Reason} {string.Join('|', Enum.GetValues<RevocationReason>().Select(ToWord))}");
            return Usage;
        }

        try
        {
            var options = app.Services.GetRequiredService<IOptions<PublicOptions>>().Value;
            var shared = app.Services.GetService<SharedEntries>() is { } entries ? new SharedIssuing(entries) : null;
            using var issuing = new PublicIssuing(options, app.Services.GetRequiredService<ChallengeBoard>(), shared, app.Services.GetRequiredService<TimeProvider>());
            return options.IsUsed ? await RevokeAsync(issuing, reason) : Say("No public name is configured.", Failed);
        }
        catch (Exception e) when (e is OptionsValidationException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return Say(e.Message, NexusHost.InvalidConfiguration);
        }
        catch (AcmeException e)
        {
            return Say(e.Message, Failed);
        }
    }

    private static async Task<int> RevokeAsync(PublicIssuing issuing, RevocationReason reason)
    {
        if (await issuing.Issuer.FindAsync(issuing.Request, CancellationToken.None) is not { } certificate) return Say("There is no certificate of an authority.", Failed);
        var account = await issuing.Issuer.GetAccountAsync(CancellationToken.None);
        using var leaf = certificate.Chain.LoadLeaf();
        await account.RevokeAsync(leaf, reason, CancellationToken.None);
        await issuing.Issuer.ForgetCertificateAsync(issuing.Request, CancellationToken.None);
        return Say($"Revoked: {certificate}. Certs gets another one, at once if it runs.", 0);
    }

    private static int Say(string text, int code)
    {
        Console.Error.WriteLine(text);
        return code;
    }

    private static string ToWord(RevocationReason reason) => EnumWord.Of(reason).Replace('_', '-');
}
