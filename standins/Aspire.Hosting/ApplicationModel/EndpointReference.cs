using System.Globalization;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An endpoint of a resource by name; its port is known once the application starts.</summary>
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IValueProvider
{
    private const string LoopbackHost = "127.0.0.1";

    public IResourceWithEndpoints Resource { get; } = owner;

    public string EndpointName { get; } = endpointName;

    public bool Exists => Annotation is not null;

    public bool IsAllocated => Annotation is { AllocatedPorts.Count: > 0 };

    public string Scheme => Required.UriScheme;

    public string Host { get; } = LoopbackHost;

    public int Port => PortOf(replica: 0);

    public int? TargetPort => PortOf(replica: 0);

    public string Url => UrlOf(replica: 0);

    internal int ReplicaCount => Required.AllocatedPorts.Count;

    private EndpointAnnotation? Annotation =>
        Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(endpoint => string.Equals(endpoint.Name, EndpointName, StringComparison.OrdinalIgnoreCase));

    private EndpointAnnotation Required => Annotation
        ?? throw new InvalidOperationException($"Resource '{Resource.Name}' has no endpoint '{EndpointName}'.");

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Url);

    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) =>
        new(UrlOf(ReplicaFor(context)));

    internal string UrlOf(int replica) => string.Create(CultureInfo.InvariantCulture, $"{Scheme}://{Host}:{PortOf(replica)}");

    internal string ValueOf(EndpointProperty property, ValueProviderContext context)
    {
        var port = PortOf(ReplicaFor(context)).ToString(CultureInfo.InvariantCulture);
        return property switch
        {
            EndpointProperty.Url => $"{Scheme}://{Host}:{port}",
            EndpointProperty.Host or EndpointProperty.IPV4Host => Host,
            EndpointProperty.Port or EndpointProperty.TargetPort => port,
            EndpointProperty.Scheme => Scheme,
            EndpointProperty.HostAndPort => $"{Host}:{port}",
            _ => throw new ArgumentOutOfRangeException(nameof(property), property, "Not an endpoint property."),
        };
    }

    private int ReplicaFor(ValueProviderContext context) => ReferenceEquals(context.Caller, Resource) ? context.Replica : 0;

    private int PortOf(int replica) => Required.AllocatedPorts is { Count: > 0 } ports
        ? ports[replica]
        : throw new InvalidOperationException($"The endpoint '{EndpointName}' of '{Resource.Name}' has no port yet.");
}
