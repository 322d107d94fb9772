namespace Nexus.Contracts.Carriers;

internal static class Opens
{
    public static OpenStream Some { get; } = new() { ClientAddress = "192.0.2.1:50000", LocalPort = 443, Host = "app.test", IsTls = true };
}
