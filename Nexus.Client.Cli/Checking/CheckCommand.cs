using System.CommandLine;
using Nexus.Client.Cli.Access;
using Nexus.Client.Cli.Sharing;

namespace Nexus.Client.Cli.Checking;

/// <summary><c>nexus check</c>.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var hub = new HubFlags();
        var share = new ShareFlags(isHttp: true, isTargetNeeded: false);
        var configuration = new Option<string?>("--config", "-c") { Description = "Looks at all backends of this YAML file, instead of what the other options say.", HelpName = "FILE" };
        var resolve = new Option<string[]>("--resolve") { Description = "Takes this address for a name instead of asking DNS: before a record is changed, for example.", HelpName = "NAME=ADDRESS" };
        var check = new Command("check", "Looks at everything between a user and the service, and says in words what is wrong. Users notice nothing of it.");
        share.AddTo(check);
        hub.AddTo(check);
        check.Options.Add(configuration);
        check.Options.Add(resolve);
        check.SetAction((parsed, stop) =>
        {
            var subjects = parsed.GetValue(configuration) is { } file
                ? CheckSubjects.OfFile(file, hub.ReadAuthorities(parsed), share.ReadPorts(parsed))
                : [OfFlags(parsed, hub, share)];
            return new CheckRun(subjects, new Addresses(parsed.GetValue(resolve) ?? []), Console.Out).RunAsync(stop);
        });
        return check;
    }

    private static CheckSubject OfFlags(ParseResult parsed, HubFlags hub, ShareFlags share)
    {
        var access = hub.Resolve(parsed);
        return CheckSubjects.Of(share.Read(parsed, access), access);
    }
}
