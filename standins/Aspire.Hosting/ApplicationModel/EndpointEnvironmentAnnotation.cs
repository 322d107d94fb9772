namespace Aspire.Hosting.ApplicationModel;

/// <summary>Which HTTP endpoints of a project go into ASPNETCORE_URLS.</summary>
internal sealed class EndpointEnvironmentAnnotation(Func<EndpointAnnotation, bool> filter) : IResourceAnnotation
{
    public Func<EndpointAnnotation, bool> Filter { get; } = filter;
}
