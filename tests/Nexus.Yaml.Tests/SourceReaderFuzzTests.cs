using System.Diagnostics;
using Nexus.Testing;

namespace Nexus.Yaml.Tests;

/// <summary>Files that are nearly right, from fixed seeds: no exception, no hang, no memory out of proportion.</summary>
public sealed class SourceReaderFuzzTests
{
    private const int Cases = 20_000;

    /// <summary>Ten times the issue's limit of 100 ms would be a hang; a pause of the machine is none.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1) * TestTimeouts.Scale;

    private static readonly string[] s_tokens =
    [
        "- ", ": ", "? ", "{", "}", "[", "]", ",", "&a ", "*a", "!!int ", "!!str ", "!<x> ", "|\n", ">-\n", "\"", "'", "#", "%YAML 1.2\n", "---\n", "...\n",
        "<<: ", "\t", "\r\n", "\n  ", "\u0000", "\uFEFF", "\u2028", "\\x4", "@", "`", "\uD800", "relayPorts", "443", "~", "-.inf", "0x", "é",
    ];

    private static readonly string[] s_seeds =
    [
        "relayPorts: [443, 80]\nbackendListenAddress: \":8443\"\nbackendsJWTSecret: \"s\"\npeekTimeouts:\n  firstByteSeconds: 15\n",
        "backends:\n  - &one\n    name: a\n    portMappings:\n      443: {default: \"localhost:1\"}\n  - <<: *one\n    name: b\n",
        "a: |\n  text\n  more\nb: >-\n  folded\nc: 'it''s'\nd: \"\\u0041\"\ne: ? [x]\n",
    ];

    [Fact]
    public void Text_Mutated_IsReadOrRefused()
    {
        var random = new Random(20_261_121);
        for (var i = 0; i < Cases; i++)
        {
            var text = Mutate(s_seeds[random.Next(s_seeds.Length)], random);
            var began = Stopwatch.GetTimestamp();
            SourceReaderTests.Bounded(text, out _);
            Assert.True(Stopwatch.GetElapsedTime(began) < s_limit, $"Case {i} took too long: {text}");
        }
    }

    private static string Mutate(string text, Random random)
    {
        for (var edits = random.Next(1, 8); edits > 0; edits--)
        {
            var at = random.Next(text.Length + 1);
            var length = random.Next(Math.Min(12, text.Length - at) + 1);
            text = random.Next(4) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, s_tokens[random.Next(s_tokens.Length)]),
                2 => text.Insert(at, text.Substring(at, length)),
                _ => text.Insert(at, ((char)random.Next(1, 0x250)).ToString()),
            };
        }

        return text;
    }
}
