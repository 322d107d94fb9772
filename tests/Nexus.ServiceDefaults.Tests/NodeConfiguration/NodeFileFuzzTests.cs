using Nexus.ServiceDefaults.NodeConfiguration;

namespace Nexus.ServiceDefaults.Tests.NodeConfiguration;

/// <summary>Files whose values are of every kind but the right one: problems, never exceptions, and no secret in them.</summary>
public sealed class NodeFileFuzzTests
{
    private const int Cases = 20_000;
    private const string Secret = "Ssecretss3cret";

    private static readonly string[] s_values =
    [
        "0", "-1", "443", "70000", "99999999999999999999", "1e308", ".inf", ".nan", "0x1BB", "010", "true", "\"true\"", "~", "", "\"\"", "[]", "{}", "[443, 443]",
        "[[443]]", "[{a: 1}]", "{a: 1}", "\":8443\"", "\":\"", "\"[::]:1\"", "\"[\"", "\"]:1\"", "https://a.example/x", "https://", "\"\\0\"", "*a", "&a 1", "!!binary x",
    ];

    [Fact]
    public void File_OfAnyValues_IsReadOrRefused()
    {
        var random = new Random(141);
        var map = new NodeKeyMap { Service = "all", Uses = [.. NodeSchema.Keys.Select(key => new NodeKeyUse(key.Name, "T:" + key.Name))] };
        var names = NodeSchema.Keys.Where(key => !key.IsSecret && key.Kind != NodeKeyKind.Text).Select(key => key.Name).ToArray();
        for (var i = 0; i < Cases; i++)
        {
            var lines = Enumerable.Range(0, random.Next(1, 8)).Select(_ => names[random.Next(names.Length)]).Distinct()
                .Select(name => Line(name, s_values[random.Next(s_values.Length)]));
            var file = NodeFileReader.Parse($"backendsJWTSecret: {Secret}\n{string.Concat(lines)}");
            NodeSettings.Of(file.Values, map);
            Assert.All(file.Problems.Concat(file.Warnings), problem => Assert.DoesNotContain(Secret, problem.Format("f"), StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData($"backendsJWTSecret: [{Secret}]")]
    [InlineData($"backendsJWTSecret: {{{Secret}: 1}}")]
    [InlineData($"backendsJWTSecrets: {Secret}")]
    [InlineData($"backendsJWTSecret: \"{Secret}")]
    [InlineData($"backendsJWTSecret: *{Secret}\nrelayPorts: [1")]
    public void Secret_InTheWrongForm_IsNotTold(string text)
    {
        var problems = NodeFileReader.Parse(text).Problems;
        Assert.NotEmpty(problems);
        Assert.All(problems, problem => Assert.DoesNotContain(Secret, problem.Format("f"), StringComparison.Ordinal));
    }

    private static string Line(string name, string value) => name.Split('.') is [var group, var key] ? $"{group}: {{{key}: {value}}}\n" : $"{name}: {value}\n";
}
