using System.CommandLine;
using Nexus.Client.Cli.Access;
using Nexus.Protocol.Naming;

namespace Nexus.Client.Cli.Sharing;

/// <summary>The options of <c>nexus http</c> and <c>nexus tcp</c>.</summary>
/// <param name="isHttp">Whether the service speaks HTTP.</param>
/// <param name="isTargetNeeded">Whether there is nothing to be done without a service.</param>
internal sealed class ShareFlags(bool isHttp, bool isTargetNeeded = true)
{
    private const string LetsEncrypt = "Let's Encrypt";

    private readonly Argument<string> _target = new("target") { Description = isHttp ? "The service: a port (3000), host:port, or http://192.168.1.10:8080. One with https:// ends TLS itself." : "The service: a port, or host:port.", Arity = isTargetNeeded ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _hosts = new("--host") { Description = "Public name; may be given several times.", HelpName = "NAME" };
    private readonly Option<int?> _claimedPort = new("--port") { Description = "Public port of the hub to claim as a whole, without TLS of ours; instead of --host.", HelpName = "PORT" };
    private readonly Option<string?> _certificate = new("--cert") { Description = "PEM file with a certificate of your own; without it one is obtained by itself.", HelpName = "FILE" };
    private readonly Option<string?> _key = new("--key") { Description = "PEM file with its key.", HelpName = "FILE" };
    private readonly Option<bool> _passthrough = new("--passthrough") { Description = "The service ends TLS itself." };
    private readonly Option<NexusProxyProtocol> _proxyProtocol = new("--proxy-protocol") { Description = "Tells the service who the user is by a PROXY header." };
    private readonly Option<int> _publicPort = new("--public-port") { Description = "The edge's port for TLS.", DefaultValueFactory = _ => 443, HelpName = "PORT" };
    private readonly Option<int> _plainPort = new("--plain-port") { Description = "The edge's port for plain HTTP, from which users are sent to https; 0 for none.", DefaultValueFactory = _ => 80, HelpName = "PORT" };
    private readonly Option<string?> _directory = new("--acme-directory") { Description = $"Address of the authority that certificates come from. Else {Surroundings.AcmeDirectory}, else {LetsEncrypt}.", HelpName = "URL" };
    private readonly Option<string?> _acmeAuthorities = new("--acme-ca") { Description = $"PEM file with the roots that the authority's own certificate leads to. Else {Surroundings.AcmeAuthorities}.", HelpName = "FILE" };
    private readonly Option<string?> _email = new("--email") { Description = "Where the authority writes to when something is wrong.", HelpName = "ADDRESS" };
    private readonly Option<string?> _state = new("--state-dir") { Description = "Folder for account, keys and certificates, which never leave this machine.", HelpName = "DIR" };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_target);
        Option[] options = [_hosts, _certificate, _key, _passthrough, _proxyProtocol, _publicPort, _directory, _acmeAuthorities, _email, _state];
        foreach (var option in options) command.Options.Add(option);
        command.Options.Add(isHttp ? _plainPort : _claimedPort);
    }

    /// <exception cref="CommandException">It is contradictory, or there is something that cannot be used.</exception>
    public ShareRequest Read(ParseResult parsed, HubAccess access)
    {
        var target = parsed.GetValue(_target) is { } text ? LocalAddress.Parse(text) : null;
        var claimed = isHttp ? null : parsed.GetValue(_claimedPort);
        return new()
        {
            Target = target,
            IsHttp = isHttp,
            ClaimedPort = claimed is null ? null : CheckPort("--port", claimed.Value, least: 1),
            Hosts = ReadHosts(parsed.GetValue(_hosts) ?? [], claimed, access, target),
            Tls = ReadTls(parsed, target, claimed),
            PublicPort = ReadPorts(parsed).Tls,
            PlainPort = isHttp ? ReadPorts(parsed).Plain : 0,
            ProxyProtocol = parsed.GetValue(_proxyProtocol),
            Certificates = ReadCertificates(parsed),
        };
    }

    /// <summary>The edge's ports for TLS and for plain HTTP.</summary>
    public (int Tls, int Plain) ReadPorts(ParseResult parsed) => (CheckPort("--public-port", parsed.GetValue(_publicPort), least: 1), CheckPort("--plain-port", parsed.GetValue(_plainPort), least: 0));

    private NexusTlsOptions ReadCertificates(ParseResult parsed) => new()
    {
        Directory = parsed.GetValue(_directory) ?? Surroundings.Find(Surroundings.AcmeDirectory) ?? "",
        AuthorityCertificateFile = parsed.GetValue(_acmeAuthorities) ?? Surroundings.Find(Surroundings.AcmeAuthorities) ?? "",
        Contacts = parsed.GetValue(_email) is { } email ? [$"mailto:{email}"] : [],
        StateDirectory = parsed.GetValue(_state) ?? "",
        RetriesAtOnce = true, // somebody sits in front of it
    };

    private string[] ReadHosts(string[] given, int? claimedPort, HubAccess access, LocalAddress? target)
    {
        if (claimedPort is not null) return given.Length == 0 ? [] : throw new CommandException("--port and --host are two different things: a port is claimed as a whole, for whatever name.");
        return given.Length > 0 ? [.. given.Select(ReadHost).Distinct()]
            : target is null || (!isTargetNeeded && access.Domain is null) ? []
            : [MadeUpName.Of(access, target)];
    }

    private static string ReadHost(string text)
    {
        var host = HostName.Normalize(text);
        return Uri.CheckHostName(host) == UriHostNameType.Dns && host.Contains('.', StringComparison.Ordinal) ? host
            : throw new CommandException($"--host {text}: that is no public name, such as app.example.com.");
    }

    private NexusTargetTls ReadTls(ParseResult parsed, LocalAddress? target, int? claimedPort)
    {
        var (certificate, key) = (parsed.GetValue(_certificate), parsed.GetValue(_key));
        if (claimedPort is not null && certificate is not null) throw new CommandException("The bytes of a claimed port pass as they are: --cert goes with --host.");
        if ((certificate is null) != (key is null)) throw new CommandException("--cert and --key belong together.");
        var passes = parsed.GetValue(_passthrough) || target is { EndsTls: true };
        if (passes && certificate is not null) throw new CommandException("TLS ends at the service, or here with --cert: not both.");
        return passes ? new() { Mode = NexusTlsMode.Passthrough }
            : certificate is not null ? new() { Mode = NexusTlsMode.Files, CertificateFile = certificate, KeyFile = key ?? "" }
            : new() { Mode = NexusTlsMode.Auto };
    }

    private static int CheckPort(string option, int port, int least) =>
        port >= least && port <= ushort.MaxValue ? port : throw new CommandException($"{option} {port}: a port is {least} to {ushort.MaxValue}.");
}
