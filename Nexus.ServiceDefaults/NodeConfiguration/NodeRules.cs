using System.Globalization;
using Nexus.Yaml;

namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>The rules that concern more than one key (spec/node.md §11).</summary>
internal static class NodeRules
{
    private const int UdpIdleMinSeconds = 5;
    private const int UdpIdleMaxSeconds = 300;

    public static IEnumerable<SourceProblem> FindProblems(NodeValues values) =>
        [.. CheckCertificate(values), .. CheckPeers(values), .. CheckTimes(values), .. CheckPorts(values), .. CheckRegistration(values)];

    public static IEnumerable<SourceProblem> FindWarnings(NodeValues values)
    {
        if (values.Flag(NodeSchema.AllowOutbound) && !values.Has(NodeSchema.OutboundPorts))
            yield return new(NodeSchema.AllowOutbound, $"lets backends dial every port; list those they need in {NodeSchema.OutboundPorts}.");
        if (values.Flag(NodeSchema.AllowOutbound) && values.Number(NodeSchema.MaxOutbound) == -1)
            yield return new(NodeSchema.MaxOutbound, "lets one backend open outbound connections without limit.");
        foreach (var warning in WarnOfClaims(values, NodeSchema.TcpClaims, NodeSchema.RelayPorts)) yield return warning;
        foreach (var warning in WarnOfClaims(values, NodeSchema.UdpClaims, NodeSchema.UdpRelayPorts)) yield return warning;
        foreach (var port in values.Numbers(NodeSchema.UdpRelayPorts).Except(values.Numbers(NodeSchema.UdpClaims)))
            yield return new(NodeSchema.UdpRelayPorts, Text($"nobody may claim port {port}: it is not in {NodeSchema.UdpClaims}."));
    }

    private static IEnumerable<SourceProblem> WarnOfClaims(NodeValues values, string claims, string listeners) => values.Numbers(claims)
        .Except(values.Numbers(listeners))
        .Select(port => new SourceProblem(claims, Text($"nothing listens on port {port}: it is not in {listeners}.")));

    private static IEnumerable<SourceProblem> CheckCertificate(NodeValues values)
    {
        var hasCertificate = values.Has(NodeSchema.CertificateFile);
        var hasKey = values.Has(NodeSchema.KeyFile);
        if (hasCertificate && !hasKey) yield return new(NodeSchema.CertificateFile, $"needs {NodeSchema.KeyFile} beside it.");
        if (hasKey && !hasCertificate) yield return new(NodeSchema.KeyFile, $"needs {NodeSchema.CertificateFile} beside it.");
        if (values.Has(NodeSchema.PublicHostname) && (hasCertificate || hasKey))
            yield return new(NodeSchema.PublicHostname, $"stands for an automatic certificate, {NodeSchema.CertificateFile} and {NodeSchema.KeyFile} for another; only one of the two can be.");
    }

    private static IEnumerable<SourceProblem> CheckPeers(NodeValues values)
    {
        if (!values.Has(NodeSchema.Peers)) yield break;
        if (!values.Has(NodeSchema.PeerListenAddress)) yield return new(NodeSchema.PeerListenAddress, $"is needed with {NodeSchema.Peers}.");
        if (!values.Has(NodeSchema.TrustedSuffixes)) yield return new(NodeSchema.TrustedSuffixes, $"is needed with {NodeSchema.Peers}.");
    }

    private static IEnumerable<SourceProblem> CheckTimes(NodeValues values)
    {
        if (values.Has(NodeSchema.FirstByte) && values.Has(NodeSchema.AbsoluteMax) && values.Number(NodeSchema.FirstByte) > values.Number(NodeSchema.AbsoluteMax))
            yield return new(NodeSchema.FirstByte, $"must not be longer than {NodeSchema.AbsoluteMax}.");
        if (values.Number(NodeSchema.UdpIdleMax, UdpIdleMaxSeconds) < values.Number(NodeSchema.UdpIdleMin, UdpIdleMinSeconds))
        {
            var wrong = values.Has(NodeSchema.UdpIdleMax) ? NodeSchema.UdpIdleMax : NodeSchema.UdpIdleMin;
            yield return new(wrong, Text($"{NodeSchema.UdpIdleMax} ({UdpIdleMaxSeconds} when absent) must not be below {NodeSchema.UdpIdleMin} ({UdpIdleMinSeconds} when absent)."));
        }
    }

    private static IEnumerable<SourceProblem> CheckPorts(NodeValues values)
    {
        var stun = values.Number(NodeSchema.StunPort);
        if (stun != 0 && values.Numbers(NodeSchema.UdpRelayPorts).Contains(stun)) yield return new(NodeSchema.StunPort, $"is also one of {NodeSchema.UdpRelayPorts}.");
    }

    private static IEnumerable<SourceProblem> CheckRegistration(NodeValues values)
    {
        if (values.Has(NodeSchema.RegistrationUrl) && new Uri(values.Text(NodeSchema.RegistrationUrl)).Scheme != Uri.UriSchemeHttps)
            yield return new(NodeSchema.RegistrationUrl, "must start with https://.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
