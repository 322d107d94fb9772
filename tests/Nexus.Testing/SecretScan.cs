using System.Buffers;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Nexus.Testing;

/// <summary>
/// Looks for secrets where they must not be: plant what is secret, show it what was printed, sent, stored, and read the findings. It
/// knows a secret by its first and last characters, in the forms of <see cref="SecretForms"/>, over line breaks, whatever the case.
/// </summary>
public sealed partial class SecretScan
{
    private const string KeyMark = "PRIVATE KEY";

    private readonly Dictionary<string, string> _forms = new(StringComparer.OrdinalIgnoreCase) { [KeyMark] = "a private key's PEM" };
    private readonly List<string> _findings = [];
    private SearchValues<string>? _search;

    /// <summary>A line for each secret and place; the secrets themselves are not repeated.</summary>
    public IReadOnlyList<string> Findings => _findings;

    /// <summary>How many secrets, by their names, it looks for.</summary>
    public int Count => _forms.Values.Distinct(StringComparer.Ordinal).Count() - 1;

    /// <param name="name">For the findings.</param>
    /// <param name="secret">At least 16 characters that nothing else has.</param>
    public void Plant(string name, string secret) => Add(name, SecretForms.Of(secret));

    /// <summary>A private key: its PEM's lines, and the number that is the secret in it.</summary>
    /// <param name="name">For the findings.</param>
    /// <param name="pem">Of an ECDSA key; certificates beside it are not secret.</param>
    public void PlantKey(string name, string pem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        var secret = key.ExportParameters(includePrivateParameters: true).D ?? throw new ArgumentException("There is no private key.", nameof(pem));
        Add(name, SecretForms.Of(secret));
    }

    /// <summary>The keys of all PEM files below the folder, by their paths in it; files that are not PEM are secret as they are if <paramref name="isSecret"/> says so.</summary>
    /// <param name="folder">Of a service's state.</param>
    /// <param name="isSecret">For the path of a file.</param>
    public void PlantFolder(string folder, Func<string, bool> isSecret)
    {
        ArgumentNullException.ThrowIfNull(isSecret);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var (name, text) = (Path.GetRelativePath(folder, file), File.ReadAllText(file));
            if (PlantKeysIn(name, text) == 0 && isSecret(file)) Plant(name, text);
        }
    }

    /// <summary>All private keys in a text, as PEM, perhaps within JSON; how many there are.</summary>
    public int PlantKeysIn(string name, string text)
    {
        var keys = PemKey().Matches(Unescaped(text, "\n"));
        foreach (Match key in keys) PlantKey(name, key.Value);
        return keys.Count;
    }

    /// <summary>Whether any secret is in the text; each that is becomes a finding.</summary>
    public bool Look(string where, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var found = Find(text).Concat(Find(Joined(text))).Distinct(StringComparer.Ordinal).Select(name => $"{where}: {name}").ToList();
        _findings.AddRange(found.Except(_findings));
        return found.Count > 0;
    }

    /// <summary>Files that hold secrets must be their owner's alone (0600), and so must be the folders that they are in (0700).</summary>
    public void LookAtModes(string where, string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            if (!Find(text).Concat(Find(Joined(text))).Any()) continue;
            var holder = Path.GetDirectoryName(file) ?? folder;
            if ((File.GetUnixFileMode(file) & others) != 0) _findings.Add($"{where}: others may open {Path.GetRelativePath(folder, file)} ({File.GetUnixFileMode(file)})");
            if ((File.GetUnixFileMode(holder) & others) != 0) _findings.Add($"{where}: others may look into the folder of {Path.GetRelativePath(folder, file)} ({File.GetUnixFileMode(holder)})");
        }
    }

    private void Add(string name, IEnumerable<string> forms)
    {
        foreach (var form in forms) _forms.TryAdd(form, name);
        _search = null;
    }

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", RegexOptions.Singleline)]
    private static partial Regex PemKey();

    /// <summary>Text that was wrapped, or whose line breaks were escaped: base64 in PEM, JSON.</summary>
    private static string Joined(string text) => Unescaped(text, "").Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);

    /// <summary>As JSON escapes base64 and line breaks.</summary>
    private static string Unescaped(string text, string lineBreak) => text
        .Replace("\\r", "", StringComparison.Ordinal)
        .Replace("\\n", lineBreak, StringComparison.Ordinal)
        .Replace("\\u002B", "+", StringComparison.OrdinalIgnoreCase)
        .Replace("\\u002F", "/", StringComparison.OrdinalIgnoreCase);

    private IEnumerable<string> Find(string text)
    {
        _search ??= SearchValues.Create([.. _forms.Keys], StringComparison.OrdinalIgnoreCase);
        for (var at = 0; text.AsSpan(at).IndexOfAny(_search) is >= 0 and var found; at += found + 1)
        {
            var rest = text.AsMemory(at + found);
            yield return _forms.First(form => rest.Span.StartsWith(form.Key, StringComparison.OrdinalIgnoreCase)).Value;
        }
    }
}
