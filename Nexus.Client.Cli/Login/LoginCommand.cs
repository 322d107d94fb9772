using System.CommandLine;

namespace Nexus.Client.Cli.Login;

/// <summary><c>nexus login</c> and <c>nexus logout</c>.</summary>
internal static class LoginCommand
{
    public static Command CreateLogin()
    {
        var server = new Argument<string>("server") { Description = "The hub, such as hub.example.com:8443." };
        var tokenFile = new Option<string?>("--token-file") { Description = "File with the token; without it the token is asked for, or read from the standard input.", HelpName = "FILE" };
        var authorities = new Option<string?>("--ca") { Description = "PEM file with certificate authorities to trust for the hub besides those of the system; a copy is kept.", HelpName = "FILE" };
        var domain = new Option<string?>("--domain") { Description = "\"nexus http\" without --host makes up a name under this domain, of which every name must lead to the edge.", HelpName = "NAME" };
        var login = new Command("login", "Keeps the hub's address and the token for the other commands, once the hub has accepted it.") { server, tokenFile, authorities, domain };
        login.SetAction((parsed, stop) => LoginRun.LogInAsync(parsed.GetValue(server) ?? "", parsed.GetValue(tokenFile), parsed.GetValue(authorities), parsed.GetValue(domain), stop));
        return login;
    }

    public static Command CreateLogout()
    {
        var logout = new Command("logout", "Forgets what \"nexus login\" has kept.");
        logout.SetAction((_, _) => LoginRun.LogOutAsync());
        return logout;
    }
}
