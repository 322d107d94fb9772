using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>The value of ASPNETCORE_URLS.</summary>
internal sealed class JoinedUrls(IReadOnlyList<EndpointReference> endpoints) : IValueProvider
{
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        GetValueAsync(new ValueProviderContext(), cancellationToken);

    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) =>
        new(string.Join(';', endpoints.Select(endpoint => endpoint.ValueOf(EndpointProperty.Url, context))));
}
