using System.CommandLine;
using Microsoft.Extensions.Logging;
using Nexus.Client.Cli.Access;

namespace Nexus.Client.Cli.Sharing;

/// <summary><c>nexus http</c> and <c>nexus tcp</c>.</summary>
internal static class ShareCommand
{
    public static Command CreateHttp() => Create("http", "Puts a web service of this machine or network on the internet, with a certificate of its own that nobody else has the key of.", isHttp: true);

    public static Command CreateTcp() => Create("tcp", "Puts a service in TCP on the internet: inside TLS under a name, or as it is on a port of the hub.", isHttp: false);

    private static Command Create(string name, string description, bool isHttp)
    {
        var (hub, share) = (new HubFlags(), new ShareFlags(isHttp));
        var logLevel = new Option<LogLevel>("--log-level") { Description = "Least level that is logged.", DefaultValueFactory = _ => LogLevel.Error };
        var command = new Command(name, description);
        share.AddTo(command);
        hub.AddTo(command);
        command.Options.Add(logLevel);
        command.SetAction((parsed, _) =>
        {
            var access = hub.Resolve(parsed);
            return new ShareRun(share.Read(parsed, access), access, parsed.GetValue(logLevel)).RunAsync();
        });
        return command;
    }
}
