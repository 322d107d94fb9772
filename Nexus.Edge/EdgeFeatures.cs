using Nexus.Edge.Datagrams;
using Nexus.Edge.HandOver;
using Nexus.Edge.Listening;
using Nexus.Edge.Passthrough;
using Nexus.Edge.Peeking;
using Nexus.Edge.PlainHttp;
using Nexus.Edge.ProxyProtocol;
using Nexus.Edge.Routing;

namespace Nexus.Edge;

/// <summary>The features of an edge, in their order.</summary>
internal static class EdgeFeatures
{
    public static void AddEdge(this IHostApplicationBuilder builder)
    {
        builder.AddHandOver();
        builder.AddRouting();
        builder.AddProxyProtocol();
        builder.AddPeeking();
        builder.AddPassthrough();
        builder.AddListening();
        builder.AddDatagrams();
        builder.AddPlainHttp();
    }
}
