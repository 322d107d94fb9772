namespace Nexus.Testing;

/// <summary>Ways to write a secret into a YAML file that do not work, in which a program may be tempted to quote it. As keys they are quoted: messages name keys.</summary>
public static class BrokenSecrets
{
    /// <summary>At least 16 characters, so that a <see cref="SecretScan"/> looks for it.</summary>
    public const string Secret = "S3cret-Of-The-File-0123456789";

    /// <summary>Lines for the key, with the secret in them.</summary>
    /// <param name="key">Without indentation.</param>
    public static IEnumerable<string> Of(string key) =>
    [
        $"{key}: *{Secret}",
        $"{key}: &{Secret}",
        $"{key}: !{Secret} x",
        $"{key}: !{Secret}!x y",
        $"{key}: !<{Secret} x",
        $"{key}: @{Secret}",
        $"{key}: `{Secret}",
        $"{key}: %{Secret}",
        $"{key}: \"{Secret}",
        $"{key}: '{Secret}",
        $"{key}: \"{Secret}\\q\"",
        $"{key}: \"\\x{Secret}\"",
        $"{key}: \"{Secret}\" {Secret}",
        $"{key}: {Secret}: {Secret}",
        $"{key}: a: {Secret}",
        $"{key}: [{Secret}",
        $"{key}: {{{Secret}",
        $"{key}: [{Secret}]",
        $"{key}: [[{Secret}]]",
        $"{key}: [{{a: {Secret}}}]",
        $"{key}: {{{Secret}: {Secret}}}",
        $"{key}: |9 {Secret}",
        $"{key}: > {Secret}",
        $"{key}: {Secret}\n{key}: {Secret}",
        $"{key}:{Secret}",
        $"{key} {Secret}",
        $"{key}: -{Secret}\n\t{Secret}",
        $"{key}: !!int {Secret}",
        $"{key}: !!binary {Secret}",
        $"{key}: {Secret}\u0001",
    ];
}
