using Nexus.Acme;
using Nexus.Acme.Orders;
using Nexus.Client.LocalRouting;
using Nexus.Client.Tls;

namespace Nexus.Client.Configuration;

/// <summary>The rules for where TLS ends, and for how certificates are obtained.</summary>
/// <param name="add">Takes an error: path, message.</param>
internal sealed class TlsValidation(Action<string, string> add)
{
    private const string NoWildcard = "a certificate for a wildcard cannot be obtained automatically. Map the names one by one, or use tls: files.";

    public void Check(NexusBackendOptions options)
    {
        foreach (var (port, mapping) in options.PortMappings) CheckMapping($"portMappings[{port}]", options.Hostnames, mapping);
        CheckAuthority("tls", options.Tls);
    }

    private void CheckMapping(string path, IList<string> claims, NexusPortMapping mapping)
    {
        if (mapping.DefaultTls.Mode != NexusTlsMode.Passthrough && string.IsNullOrWhiteSpace(mapping.Default)) add($"{path}.default", "tls needs a target.");
        CheckTarget($"{path}.default", mapping.DefaultTls);
        if (mapping.DefaultTls.Mode == NexusTlsMode.Auto) CheckDefault($"{path}.default", claims, mapping);
        foreach (var (key, tls) in mapping.HostTls)
        {
            var at = $"{path}.hosts[{key}]";
            if (!mapping.Hosts.ContainsKey(key)) add(at, "tls is set, but there is no target.");
            CheckTarget(at, tls);
            if (tls.Mode == NexusTlsMode.Auto && HostPattern.TryParse(key, out var pattern)) CheckHost(at, claims, pattern);
        }
    }

    private void CheckTarget(string path, NexusTargetTls tls)
    {
        if (!Enum.IsDefined(tls.Mode)) add($"{path}.tls", "must be passthrough, auto or files.");
        CheckFile($"{path}.certFile", tls.Mode, tls.CertificateFile);
        CheckFile($"{path}.keyFile", tls.Mode, tls.KeyFile);
    }

    private void CheckFile(string path, NexusTlsMode mode, string file)
    {
        if (mode != NexusTlsMode.Files && !string.IsNullOrWhiteSpace(file)) add(path, "only belongs to tls: files.");
        else if (mode == NexusTlsMode.Files && string.IsNullOrWhiteSpace(file)) add(path, "is missing: tls: files needs certFile and keyFile.");
        else if (mode == NexusTlsMode.Files && !File.Exists(file)) add(path, "there is no such file, or it may not be read.");
    }

    private void CheckDefault(string path, IList<string> claims, NexusPortMapping mapping)
    {
        foreach (var wildcard in AutomaticHosts.ClaimsOfDefault(claims, mapping).Where(claim => claim.StartsWith('*')))
            add($"{path}.tls", $"users of the claimed {wildcard} come here too, and {NoWildcard}");
        var names = AutomaticHosts.OfDefault(claims, mapping).ToArray();
        if (names.Length == 0) add($"{path}.tls", "no claimed host name leads here, so that there is none to get a certificate for.");
        foreach (var name in names) CheckName($"{path}.tls", name);
    }

    private void CheckHost(string path, IList<string> claims, HostPattern pattern)
    {
        if (pattern.IsWildcard) add($"{path}.tls", NoWildcard);
        else if (!AutomaticHosts.IsClaimed(claims, pattern)) add($"{path}.tls", "the name is not claimed under hostnames, so that no certificate can be obtained for it.");
        else CheckName($"{path}.tls", pattern.Name);
    }

    private void CheckName(string path, string name)
    {
        if (!AcmeIdentifier.TryParse(name, out _, out var error)) add(path, error);
    }

    private void CheckAuthority(string path, NexusTlsOptions options)
    {
        if (!string.IsNullOrWhiteSpace(options.Directory))
        {
            if (!Uri.TryCreate(options.Directory.Trim(), UriKind.Absolute, out var directory)) add($"{path}.directory", "must be an https address.");
            else foreach (var problem in new AcmeOptions { Directory = directory }.Validate()) add($"{path}.directory", problem);
        }

        for (var i = 0; i < options.Contacts.Count; i++)
        {
            if (!Uri.TryCreate(options.Contacts[i], UriKind.Absolute, out _)) add($"{path}.contacts[{i}]", "must be an address such as mailto:admin@example.com.");
        }

        for (var i = 0; i < options.Challenges.Count; i++)
        {
            if (ProofKinds.Find(options.Challenges[i]) is null) add($"{path}.challenges[{i}]", "must be tls-alpn-01 or http-01.");
        }

        if (options.MaxOrdersPerHour is < 1 or > 100) add($"{path}.maxOrdersPerHour", "must be between 1 and 100.");
        if (string.IsNullOrWhiteSpace(options.ExternalAccountId) != string.IsNullOrWhiteSpace(options.ExternalAccountKeyFile))
            add($"{path}.externalAccountId", "and externalAccountKeyFile belong together: both or none.");
        CheckReadable($"{path}.externalAccountKeyFile", options.ExternalAccountKeyFile);
        CheckReadable($"{path}.caFile", options.AuthorityCertificateFile);
    }

    private void CheckReadable(string path, string file)
    {
        if (!string.IsNullOrWhiteSpace(file) && !File.Exists(file)) add(path, "there is no such file, or it may not be read.");
    }
}
