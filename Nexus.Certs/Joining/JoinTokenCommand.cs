using Microsoft.Extensions.Options;
using Nexus.Identities;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Joining;

/// <summary><c>Nexus.Certs join-token ROLE</c>: makes a token beside a Certs that runs, by the store that they share.</summary>
internal sealed class JoinTokenCommand
{
    private const string Word = "join-token";
    private const int Usage = 64; // EX_USAGE of sysexits.h

    private JoinTokenCommand(string? role) => Role = role;

    private string? Role { get; }

    /// <summary>Null when the arguments ask for something else.</summary>
    /// <param name="args">Of the process.</param>
    /// <param name="rest">What is left of them for the configuration.</param>
    public static JoinTokenCommand? TryParse(string[] args, out string[] rest)
    {
        var isMeant = args is [Word, ..];
        var role = isMeant && args.Length > 1 && !args[1].StartsWith('-') ? args[1] : null;
        rest = args[(isMeant ? role is null ? 1 : 2 : 0)..];
        return isMeant ? new(role) : null;
    }

    /// <summary>Prints the token, and nothing else, to the standard output. Returns the exit code.</summary>
    public static async Task<int> RunAsync(WebApplication app, JoinTokenCommand command)
    {
        if (!ServiceRoles.TryParse(command.Role, out var role) || role == ServiceRole.Certs)
        {
            Console.Error.WriteLine($"usage: Nexus.Certs {Word} edge|hub|mesh");
            return Usage;
        }

        try
        {
            var (token, end) = await app.Services.GetRequiredService<JoinTokens>().CreateAsync(role, CancellationToken.None);
            Console.Out.WriteLine(token.Reveal());
            Console.Error.WriteLine($"Good once, until {end.UtcDateTime:u}, for a process of the kind {role.ToWord()}: Nexus__Identity__JoinToken, or a file that Nexus__Identity__JoinTokenFile names.");
            return 0;
        }
        catch (Exception e) when (e is OptionsValidationException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
            return NexusHost.InvalidConfiguration;
        }
    }
}
