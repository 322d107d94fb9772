using System.Diagnostics.Metrics;
using Nexus.Hub.Observing;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.Stun;

internal sealed class StunMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _requests =
        meters.Create(HubMeter.Name).CreateCounter<long>("nexus.hub.stun.requests", "{datagram}", "Datagrams at the STUN port by outcome.");

    public void Count(StunOutcome outcome) => _requests.Add(1, new KeyValuePair<string, object?>("outcome", EnumWord.Of(outcome)));
}
