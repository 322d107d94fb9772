using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using Nexus.Client.Cli.Login;

namespace Nexus.Client.Cli.Access;

/// <summary>
/// The options that say which hub, and with which secret: what is not on the command line is taken from the environment, then from what
/// <c>nexus login</c> has kept. The secret itself is no option: everybody on the machine can read a command line.
/// </summary>
internal sealed class HubFlags
{
    private readonly Option<string?> _server = new("--server", "-s") { Description = $"The hub, such as hub.example.com:8443. Else {Surroundings.Server}, else the one of nexus login.", HelpName = "ADDRESS" };
    private readonly Option<string?> _tokenFile = new("--token-file") { Description = $"File with the token (the hub's shared secret). Else {Surroundings.Token} or {Surroundings.TokenFile}, else the one of nexus login.", HelpName = "FILE" };
    private readonly Option<string?> _authorities = new("--ca") { Description = $"PEM file with certificate authorities to trust for the hub besides those of the system. Else {Surroundings.Authorities}.", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        command.Options.Add(_server);
        command.Options.Add(_tokenFile);
        command.Options.Add(_authorities);
    }

    /// <exception cref="CommandException">There is no server or no token, or one of them cannot be used.</exception>
    public HubAccess Resolve(ParseResult parsed)
    {
        var server = parsed.GetValue(_server) ?? Surroundings.Find(Surroundings.Server);
        var login = LoginFile.TryRead();
        // What was kept for one hub is not shown to another.
        var kept = server is null || (login is not null && ServerAddress.TryParse(server, out var given, out _) && given.OriginalString == login.Server) ? login : null;
        server ??= kept?.Server ?? throw new CommandException($"Which hub? Say --server hub.example.com:8443, set {Surroundings.Server}, or run \"nexus login hub.example.com:8443\" once.");
        if (!ServerAddress.TryParse(server, out var address, out var problem)) throw new CommandException(problem);
        var authorities = ReadAuthorities(parsed) ?? (kept?.Authorities is { } pem ? Authorities.FromPem(pem, LoginFile.Path) : null);
        return new(address, FindToken(parsed, kept), authorities, kept?.Domain, kept?.Installation ?? address.OriginalString);
    }

    /// <summary>Those that are named; null when none are.</summary>
    /// <exception cref="CommandException">The file cannot be read, or there is no certificate in it.</exception>
    public X509Certificate2Collection? ReadAuthorities(ParseResult parsed) => Authorities.Read(parsed.GetValue(_authorities) ?? Surroundings.Find(Surroundings.Authorities));

    private NexusAttestationOptions FindToken(ParseResult parsed, StoredLogin? kept)
    {
        if (parsed.GetValue(_tokenFile) is { } file) return new() { HmacSecretFile = file };
        if (Surroundings.Find(Surroundings.Token) is { } token) return new() { HmacSecret = token };
        if (Surroundings.Find(Surroundings.TokenFile) is { } named) return new() { HmacSecretFile = named };
        return kept is not null ? new() { HmacSecret = kept.Token }
            : throw new CommandException($"With which token? Say --token-file FILE, set {Surroundings.Token}, or run \"nexus login\" once. It is the secret that the hub's operator has given you.");
    }
}
