using System.Globalization;
using System.Security.Cryptography;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dashboard;

/// <summary>Whether there is a dashboard in this run, and its addresses and secrets, known before it is up.</summary>
internal sealed class DashboardSettings
{
    private const string DisabledKey = "Aspire:Dashboard:Disabled";
    private const int SecretBytes = 16;

    /// <summary>False: no telemetry is exported and nothing is started.</summary>
    public bool IsEnabled => Package is not null;

    public DashboardPackage? Package { get; private init; }

    /// <summary>What to tell when there is none; null when it was switched off on purpose.</summary>
    public string? WhyNot { get; private init; }

    public string FrontendUrl { get; } = LoopbackUrl();

    public string OtlpGrpcUrl { get; } = LoopbackUrl();

    public string OtlpHttpUrl { get; } = LoopbackUrl();

    public string BrowserToken { get; } = RandomNumberGenerator.GetHexString(2 * SecretBytes, lowercase: true);

    public string OtlpApiKey { get; } = RandomNumberGenerator.GetHexString(2 * SecretBytes, lowercase: true);

    public string LoginUrl => $"{FrontendUrl}/login?t={BrowserToken}";

    public static DashboardSettings Find(IConfiguration configuration, string? packageDirectory)
    {
        if (packageDirectory is null || configuration.GetValue<bool>(DisabledKey))
            return new DashboardSettings();
        var package = DashboardPackage.Open(packageDirectory);
        if (package is null)
            return new DashboardSettings { WhyNot = $"its pinned package is missing in {packageDirectory}" };
        if (!package.IsInstalled && package.Npm is null)
            return new DashboardSettings { WhyNot = "npm is not on the PATH, and it was not fetched before" };
        return new DashboardSettings { Package = package };
    }

    private static string LoopbackUrl() => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePorts.Next()}");
}
