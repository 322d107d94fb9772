using System.Globalization;

namespace Nexus.AppHost.Demo;

/// <summary>Commands that a shell takes as they are printed; a configured proxy does not get in the way.</summary>
internal static class CurlCommand
{
    public static string Https(DemoRun run) => string.Create(CultureInfo.InvariantCulture,
        $"curl --noproxy '*' --cacert {Quote(run.OriginAuthorityFile)} --resolve {DemoRun.HostName}:{run.RelayPort}:127.0.0.1 https://{DemoRun.HostName}:{run.RelayPort}/");

    public static string PlainHttp(DemoRun run) => string.Create(CultureInfo.InvariantCulture,
        $"curl --noproxy '*' --resolve {DemoRun.HostName}:{run.PlainHttpPort}:127.0.0.1 http://{DemoRun.HostName}:{run.PlainHttpPort}/");

    internal static string Quote(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-') ? path : $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
