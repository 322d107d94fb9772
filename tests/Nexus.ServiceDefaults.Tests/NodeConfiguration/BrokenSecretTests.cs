using Nexus.ServiceDefaults.NodeConfiguration;

namespace Nexus.ServiceDefaults.Tests.NodeConfiguration;

/// <summary>What is wrong with a secret in the file is said without the secret.</summary>
public sealed class BrokenSecretTests
{
    public static TheoryData<string> Files =>
        [.. BrokenSecrets.Of("backendsJWTSecret").Concat(BrokenSecrets.Of("backendsJWTSecrets")), $"backendsJWTSecret: good\nregistrationURL: \"ftp://user:{BrokenSecrets.Secret}@host/\""];

    [Theory]
    [MemberData(nameof(Files))]
    public void File_WithABrokenSecret_IsToldOfWithoutIt(string text)
    {
        var file = NodeFileReader.Parse(text);
        var scan = new SecretScan();
        scan.Plant("the secret", BrokenSecrets.Secret);
        foreach (var problem in file.Problems.Concat(file.Warnings)) scan.Look("a message", problem.Format("config.yaml"));
        Assert.Empty(scan.Findings);
    }
}
