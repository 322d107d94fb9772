using System.Text;
using Nexus.Client.Cli.Configuration;

namespace Nexus.Fuzzing.Targets;

/// <summary>Configuration files.</summary>
internal static class ConfigurationTargets
{
    private static readonly string[] s_lines =
    [
        "backends:", "- name: a", "name: &x b", "hostnames: [a.test, 'b', \"c\\u00e9\"]", "weight: 0x1F", "<<: *x", "*x", "? complex", ": value", "- - -", "{a: {b: [}}", "|", ">-", "  text", "'open", "\"open", "# comment",
        "---", "...", "%YAML 1.2", "!!int 3", "!tag x", "portMappings: {443: {default: a:1}}", "\ttab", "key: \uFEFFx", "a: *a", "&a [*a, *a]", "timeoutSeconds: 010", "yes", "~", "@bad", "[[[[[[[[", "}}}", "null: ", "- ",
    ];

    public static FuzzTarget Yaml { get; } = new("YAML", Corpus.Texts(
        """
        backends:
          - name: web
            hostnames: [app.example.test, "*.example.test"]
            nexusAddresses: ["wss://hub.example.test:8443/connect"]
            weight: 2
            attestation: {hmacSecret: secret, tokenTTLSeconds: 45}
            portMappings:
              443: {default: "localhost:8443", hosts: {"a.example.test": "localhost:1"}}
        """,
        """
        defaults: &defaults
          name: a
        backends:
          - <<: *defaults
            tcpPorts: [53]
            udpRoutes: [{port: 53, flowIdleTimeoutSeconds: 7}]
        """), MakeYaml, input => BackendsFileReader.Parse(Encoding.UTF8.GetString(input)))
    {
        // An ordinary file costs the library that reads it 110 bytes a byte, one of nothing but mistakes costs their messages. It is
        // the operator's own, and its size is limited.
        MaxAmplification = 1_000,
        FreeBytes = 64 * 1024,
    };

    private static byte[] MakeYaml(Random random)
    {
        var text = new StringBuilder();
        for (var count = random.Next(1, 20); count > 0; count--) text.Append(' ', random.Next(5) * 2).Append(s_lines[random.Next(s_lines.Length)]).Append(random.Next(20) == 0 ? "\r" : "\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
