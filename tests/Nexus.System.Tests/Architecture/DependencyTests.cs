namespace Nexus.SystemTests.Architecture;

/// <summary>Who may know whom. What is not allowed here is not allowed.</summary>
public sealed class DependencyTests
{
    private static readonly string[] s_service = ["Nexus.Identities", "Nexus.ServiceDefaults", "Nexus.Contracts", "Nexus.Protocol"];

    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Nexus.Protocol"] = [],
        ["Nexus.Acme"] = [],
        ["Nexus.Contracts"] = ["Nexus.Protocol"],
        ["Nexus.Yaml"] = [],
        ["Nexus.ServiceDefaults"] = ["Nexus.Yaml"],
        ["Nexus.Identities"] = ["Nexus.ServiceDefaults", "Nexus.Contracts"],
        ["Nexus.Edge"] = s_service,
        ["Nexus.WebSocketHosting"] = s_service,
        ["Nexus.Hub"] = [.. s_service, "Nexus.WebSocketHosting"],
        ["Nexus.Redis"] = [],
        ["Nexus.Mesh"] = [.. s_service, "Nexus.WebSocketHosting", "Nexus.Redis"],
        ["Nexus.Certs"] = [.. s_service, "Nexus.Acme", "Nexus.Redis"],
        ["Nexus.Client"] = ["Nexus.Protocol", "Nexus.Acme"],
        ["Nexus.Client.AspNetCore"] = ["Nexus.Client", "Nexus.Protocol"],
        ["Nexus.Client.Cli"] = ["Nexus.Client", "Nexus.Yaml"],
        ["Nexus.AppHost"] = ["Nexus.Edge", "Nexus.Hub", "Nexus.Mesh", "Nexus.Certs", "Nexus.Client.Cli", "Nexus.Demo.Origin"],
        ["Nexus.Demo.Origin"] = [],
    };

    private static readonly Dictionary<string, string[]> s_packages = new()
    {
        ["Nexus.Protocol"] = [],
        ["Nexus.Acme"] = [],
        ["Nexus.Contracts"] = ["Google.Protobuf", "Grpc.Core.Api", "Grpc.Net.Client", "Grpc.Tools"],
        ["Nexus.Yaml"] = ["YamlDotNet"],
        ["Nexus.ServiceDefaults"] = ["OpenTelemetry", "OpenTelemetry.*", "Grpc.AspNetCore", "Grpc.Net.Client"],
        ["Nexus.Identities"] = ["Grpc.Net.Client"],
        ["Nexus.Edge"] = ["Grpc.*", "Yarp.ReverseProxy"],
        ["Nexus.WebSocketHosting"] = [],
        ["Nexus.Hub"] = ["Grpc.*"],
        ["Nexus.Mesh"] = ["Grpc.*", "StackExchange.Redis"],
        ["Nexus.Redis"] = ["StackExchange.Redis"],
        ["Nexus.Certs"] = ["Grpc.*", "StackExchange.Redis"],
        ["Nexus.Client"] = ["Microsoft.Extensions.*.Abstractions", "Microsoft.Extensions.Options", "Microsoft.Extensions.Options.ConfigurationExtensions", "Microsoft.Extensions.Diagnostics.HealthChecks"],
        ["Nexus.Client.AspNetCore"] = [],
        ["Nexus.Client.Cli"] = ["Microsoft.Extensions.*", "System.CommandLine", "OpenTelemetry", "OpenTelemetry.*"],
        ["Nexus.AppHost"] = ["Aspire.Hosting.*"],
        ["Nexus.Demo.Origin"] = [],
    };

    public static TheoryData<string> Products => [.. ProjectFile.All.Where(project => project is { IsTest: false, IsStandIn: false }).Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Products))]
    public void Project_ReferencesOnlyWhatItMay(string name)
    {
        Assert.True(s_allowed.TryGetValue(name, out var allowed), $"{name} is not in the table of this test.");
        Findings.None(ProjectFile.Find(name).Projects.Except(allowed));
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void Project_UsesOnlyThePackagesItMay(string name)
    {
        Assert.True(s_packages.TryGetValue(name, out var allowed), $"{name} is not in the table of this test.");
        Findings.None(ProjectFile.Find(name).Packages.Where(package => !allowed.Any(pattern => Matches(package, pattern))));
    }

    [Fact]
    public void NothingButTests_ReferencesTests()
    {
        var tests = ProjectFile.All.Where(project => project.IsTest).Select(project => project.Name).ToHashSet();
        Findings.None(ProjectFile.All.Where(project => !project.IsTest && project.Projects.Any(tests.Contains)).Select(project => project.Name));
    }

    [Fact]
    public void NoProduct_ReferencesAStandInByName()
    {
        // StandIns.targets chooses them in place of the packages.
        var standIns = ProjectFile.All.Where(project => project.IsStandIn).Select(project => project.Name).ToHashSet();
        Findings.None(ProjectFile.All.Where(project => project is { IsTest: false, IsStandIn: false } && project.Projects.Any(standIns.Contains)).Select(project => project.Name));
    }

    [Theory]
    [InlineData("Nexus.Protocol")]
    [InlineData("Nexus.Client")]
    [InlineData("Nexus.Acme")]
    public void Library_NeedsNoWebFramework(string name) => Assert.Empty(ProjectFile.Find(name).Frameworks);

    [Fact]
    public void EverySourceProject_HasItsTests()
    {
        var tests = ProjectFile.All.Where(project => project.IsTest).Select(project => project.Name).ToHashSet();
        string[] without = ["Nexus.AppHost", "Nexus.Demo.Origin"]; // run as processes, by the tests of this project and of the stand-in
        Findings.None(ProjectFile.All.Where(project => project is { IsTest: false, IsStandIn: false })
            .Select(project => project.Name).Except(without).Where(name => !tests.Contains(name + ".Tests")));
    }

    private static bool Matches(string package, string pattern) => pattern.Split('*') is [var start, var end]
        ? package.StartsWith(start, StringComparison.Ordinal) && package.EndsWith(end, StringComparison.Ordinal)
        : package == pattern;
}
