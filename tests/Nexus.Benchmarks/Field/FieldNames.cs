namespace Nexus.Benchmarks.Field;

/// <summary>The host names that users ask for. Bulk has a service process of its own, so that it does not delay the others at the service.</summary>
internal static class FieldNames
{
    public const string Bulk = "bulk.test";
    public const string Echo = "echo.test";
    public const string Tls = "tls.test";
}
