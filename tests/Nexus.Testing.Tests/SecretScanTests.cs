using System.Net;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Nexus.Testing.Tests;

/// <summary>The scan must be able to fail: whatever it is for, it finds.</summary>
public sealed class SecretScanTests
{
    private const string Secret = "kärlek/+=5uper s3cret & more words";

    public static TheoryData<string> Leaks => new(
        Secret,
        $"Connecting with {Secret}, as told.",
        Secret.ToUpperInvariant(),
        Secret[..20] + "…",
        "…" + Secret[^18..],
        Convert.ToHexString(Encoding.UTF8.GetBytes(Secret)),
        Convert.ToHexStringLower(Encoding.UTF8.GetBytes("before" + Secret + "after")),
        Uri.EscapeDataString(Secret),
        WebUtility.UrlEncode(Secret).Replace("+", "%20", StringComparison.Ordinal),
        JsonSerializer.Serialize(new { Secret }),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)),
        Convert.ToBase64String(Encoding.UTF8.GetBytes("u:" + Secret)),
        Convert.ToBase64String(Encoding.UTF8.GetBytes("user:" + Secret + " and more")),
        Convert.ToBase64String(Encoding.UTF8.GetBytes("u:::" + Secret + "!")).Replace('+', '-').Replace('/', '_'),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('x', 50) + Secret + Secret), Base64FormattingOptions.InsertLineBreaks));

    [Theory]
    [MemberData(nameof(Leaks))]
    public void Secret_InAnyForm_IsFoundAndNotRepeated(string text)
    {
        var scan = new SecretScan();
        scan.Plant("the password", Secret);
        Assert.True(scan.Look("the log", new string('.', 1_000) + text));
        Assert.Equal(["the log: the password"], scan.Findings);
    }

    [Fact]
    public void Key_AsPemOrBytes_IsFound_ItsPublicHalfIsNone()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var scan = new SecretScan();
        scan.PlantKey("the key", key.ExportPkcs8PrivateKeyPem());
        Assert.False(scan.Look("public", key.ExportSubjectPublicKeyInfoPem() + Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())));
        Assert.Empty(scan.Findings);

        Assert.True(scan.Look("DER", Convert.ToBase64String(key.ExportECPrivateKey())));
        Assert.True(scan.Look("PEM without its frame", JsonSerializer.Serialize(string.Join('\n', key.ExportPkcs8PrivateKeyPem().Split('\n')[1..^1]))));
        using var foreign = ECDsa.Create();
        Assert.True(scan.Look("a foreign key", foreign.ExportECPrivateKeyPem()));
        Assert.Equal(["DER: the key", "PEM without its frame: the key", "a foreign key: a private key's PEM"], scan.Findings);
    }

    [Fact]
    public void Keys_OfAFolder_ArePlanted_WhateverHoldsThem()
    {
        using var folder = new TemporaryFolder();
        var keys = new List<string>();
        for (var i = 0; i < 20; i++) // some of them with + and /
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            keys.Add(key.ExportECPrivateKeyPem());
        }

        File.WriteAllText(folder.PathOf("all.json"), JsonSerializer.Serialize(new { Keys = keys[..10] }));
        foreach (var key in keys[10..]) File.WriteAllText(folder.PathOf($"{keys.IndexOf(key)}.pem"), "text before it\n" + key);
        File.WriteAllText(folder.PathOf("token"), Secret);
        var scan = new SecretScan();
        scan.PlantFolder(folder.Path, file => file.EndsWith("token", StringComparison.Ordinal));
        Assert.Equal(12, scan.Count);
        foreach (var key in keys) Assert.True(scan.Look($"key {keys.IndexOf(key)}", JsonSerializer.Serialize(key.Replace("PRIVATE", "", StringComparison.Ordinal))));
        Assert.True(scan.Look("token", Secret));
    }

    [Fact]
    public void Text_WithoutSecrets_IsClean()
    {
        var scan = new SecretScan();
        scan.Plant("the password", Secret);
        Assert.False(scan.Look("the log", "5uper secrets and more words about kärlek, and the KEY of a PRIVATE house"));
        Assert.Empty(scan.Findings);
        Assert.Equal(1, scan.Count);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void File_ThatOthersMayRead_IsAFinding()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("public"), "nothing");
        File.WriteAllText(folder.PathOf("secret"), Secret);
        File.SetUnixFileMode(folder.PathOf("secret"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var scan = new SecretScan();
        scan.Plant("the password", Secret);
        scan.LookAtModes("state", folder.Path);
        Assert.Empty(scan.Findings);

        File.SetUnixFileMode(folder.PathOf("secret"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        scan.LookAtModes("state", folder.Path);
        Assert.Equal(2, scan.Findings.Count);
        Assert.All(scan.Findings, finding => Assert.Contains("secret", finding, StringComparison.Ordinal));
    }
}
