namespace Nexus.Mesh.Peering.Links;

/// <summary>
/// How far away a peer is, in milliseconds there and back, at least 1. It follows the measurements slowly and in steps, because every step is
/// told to all edges.
/// </summary>
internal sealed class LinkDistance
{
    /// <summary>Of a peer that was not measured yet: behind all that were.</summary>
    private const int Unknown = 10_000;

    private const double Share = 0.125; // of a new measurement
    private const double Step = 1.5; // what changes the distance
    private const double Slack = 2; // milliseconds that never do

    private double _smooth;
    private volatile int _milliseconds = Unknown;

    public int Milliseconds => _milliseconds;

    /// <summary>Takes a measurement; whether the distance has changed.</summary>
    public bool Observe(TimeSpan roundTrip)
    {
        _smooth = _milliseconds == Unknown ? roundTrip.TotalMilliseconds : _smooth + (Share * (roundTrip.TotalMilliseconds - _smooth));
        if (_milliseconds != Unknown && _smooth < (_milliseconds * Step) + Slack && _smooth > (_milliseconds / Step) - Slack) return false;
        var next = (int)Math.Clamp(Math.Round(_smooth), 1, Unknown - 1);
        if (next == _milliseconds) return false;
        _milliseconds = next;
        return true;
    }

    /// <summary>Whether a difference between two distances counts.</summary>
    public static bool IsAsNear(int distance, int nearest) => distance <= (nearest * 1.25) + Slack;
}
