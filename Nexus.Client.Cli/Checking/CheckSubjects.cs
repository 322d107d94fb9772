using System.Security.Cryptography.X509Certificates;
using Nexus.Client.Cli.Access;
using Nexus.Client.Cli.Configuration;
using Nexus.Client.Cli.Sharing;
using Nexus.Protocol.Naming;

namespace Nexus.Client.Cli.Checking;

/// <summary>What is to be looked at, from the command line or from a file.</summary>
internal static class CheckSubjects
{
    public static CheckSubject Of(ShareRequest request, HubAccess access)
    {
        var backend = request.CreateBackend(access);
        if (request.Hosts.Count == 0) (backend.Hostnames, backend.PortMappings[request.PublicPort].DefaultTls) = ([HubLook.NobodysName], new());
        var targets = request.Target is { } target ? new[] { target.Target } : [];
        return new(string.Join(" ", [$"{access.Server}:", .. request.Hosts]), backend, request.Hosts, targets, request.PublicPort, request.PlainPort);
    }

    /// <exception cref="CommandException">The file cannot be read, or is wrong.</exception>
    public static IReadOnlyList<CheckSubject> OfFile(string path, X509Certificate2Collection? authorities, (int Tls, int Plain) ports)
    {
        var file = BackendsFileReader.Load(path);
        if (file.Problems.Count > 0) throw new CommandException(string.Join(Environment.NewLine, file.Problems.Select(problem => problem.Format(path))));
        return [.. file.Backends.Select(backend => Of(backend, authorities, ports))];
    }

    private static CheckSubject Of(NexusBackendOptions backend, X509Certificate2Collection? authorities, (int Tls, int Plain) ports)
    {
        backend.Transport.ServerCertificateAuthorities = authorities;
        var targets = backend.PortMappings.Values.SelectMany(mapping => mapping.Hosts.Values.Append(mapping.Default));
        return new(
            $"{backend.Name}:",
            backend,
            [.. backend.Hostnames.Select(HostName.Normalize).Where(host => !host.StartsWith("*.", StringComparison.Ordinal))],
            [.. targets.Where(target => !string.IsNullOrWhiteSpace(target)).Select(target => target.Trim()).Distinct()],
            backend.PortMappings.ContainsKey(ports.Tls) ? ports.Tls : 0,
            backend.PortMappings.ContainsKey(ports.Plain) ? ports.Plain : 0);
    }
}
