using Microsoft.Extensions.Configuration;

namespace Nexus.Identities.Tests;

public sealed class InternalAddressesTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5021", true)]
    [InlineData("http://[::1]:5021", true)]
    [InlineData("http://localhost:5021", true)]
    [InlineData("https://192.0.2.7:5021", true)]
    [InlineData("http://192.0.2.7:5021", false)]
    [InlineData("http://mesh:5021", false)]
    [InlineData("http://localhost.example.com:5021", false)]
    public void Address_WithoutTls_IsOfThisHostOnly(string address, bool isAllowed) => Assert.Equal(isAllowed, InternalAddresses.IsAllowed(new Uri(address)));

    [Fact]
    public void Addresses_OfOtherServices_AreNamedByTheirKeys()
    {
        var configuration = Configuration(("services:mesh:grpc:0", "http://127.0.0.1:1"), ("services:mesh:grpc:1", "http://192.0.2.7:1"), ("services:certs:grpc:0", "nonsense"));
        var result = new ServiceAddressesValidator(configuration).Validate(null, new());
        Assert.StartsWith("mesh:grpc:1: http://192.0.2.7:1 ", Assert.Single(result.Failures ?? []), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("services:mesh:grpc:1", "https://mesh:1", true)]
    [InlineData("Kestrel:Endpoints:Grpc:Url", "https://*:1", true)]
    [InlineData("Nexus:Identity:JoinTokenFile", "/run/token", true)]
    [InlineData("Nexus:Identity:Directory", "/var/lib/nexus", false)]
    [InlineData("services:mesh:grpc:1", "http://127.0.0.1:1", false)]
    public void Identity_IsNeeded_WhereServicesSpeakTls(string key, string value, bool isNeeded) => Assert.Equal(isNeeded, InternalAddresses.NeedIdentity(Configuration((key, value))));

    [Fact]
    public void Options_WithoutAWayToAnIdentity_SayWhichKeysAreMissing_AndNeverWhatATokenIs()
    {
        using var authority = new TestCertificates();
        using var folder = new TemporaryFolder();
        var configuration = Configuration(("Kestrel:Endpoints:Grpc:Url", "https://*:1"), ("services:certs:grpc:0", "https://certs:1"));
        var token = JoinToken.Create(ServiceRole.Edge, authority.Root);
        Assert.Contains("join-token hub", Failure(new() { Directory = folder.Path }), StringComparison.Ordinal);
        Assert.Contains("JoinTokenFile: there is no file", Failure(new() { Directory = folder.Path, JoinTokenFile = folder.PathOf("none") }), StringComparison.Ordinal);
        var wrong = Failure(new() { Directory = folder.Path, JoinToken = token.Reveal() });
        Assert.Contains("another kind (edge)", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Secret, wrong, StringComparison.Ordinal);

        File.WriteAllText(folder.PathOf("hub.pem"), "kept");
        Assert.True(Validate(new() { Directory = folder.Path }).Succeeded);

        string Failure(IdentityOptions options) => Assert.Single(Validate(options).Failures ?? []);

        Microsoft.Extensions.Options.ValidateOptionsResult Validate(IdentityOptions options) =>
            new IdentityOptionsValidator(configuration, new(ServiceRole.Hub)).Validate(null, options);
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
}
