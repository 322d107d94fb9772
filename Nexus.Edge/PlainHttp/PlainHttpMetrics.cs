using System.Diagnostics;
using System.Diagnostics.Metrics;
using Yarp.ReverseProxy.Forwarder;

namespace Nexus.Edge.PlainHttp;

internal sealed class PlainHttpMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _requests = meters.Create("Nexus.Edge").CreateCounter<long>("nexus.edge.http_requests", "{request}", "Requests on the plain HTTP port.");

    public void RequestEnded(int status, ForwarderError error)
    {
        var tags = new TagList { { "http.response.status_code", status } };
        if (error != ForwarderError.None) tags.Add("error.type", error.ToString());
        _requests.Add(1, tags);
    }
}
