namespace Nexus.Acme.Tests.Scripted;

/// <summary>Stands for a process that dies before a request has left, or after it has been obeyed.</summary>
internal sealed class KillingHandler(Action before, Action after) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        before();
        var response = await base.SendAsync(request, cancellationToken);
        after();
        return response;
    }
}
