namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// How many data frames of one stream may be sent. A hub counts by an implicit window, a client by what it was given
/// (spec/node.md §2.7, spec/client.md §8.1). Every member is called under the session writer's lock: implementations
/// need no synchronisation and must not call back.
/// </summary>
public interface ISendCredits
{
    /// <summary>Whether a frame may be sent now.</summary>
    bool CanSend { get; }

    /// <summary>Takes credits for at most <paramref name="frames"/> frames and returns for how many; above 0 when <see cref="CanSend"/>.</summary>
    int Take(int frames);

    /// <summary>Gives back <paramref name="frames"/> credits of the last <see cref="Take"/> that were not used.</summary>
    void Return(int frames);

    /// <summary>The receiver's grant, as it was on the wire: any value, also 0 or below.</summary>
    void Grant(long credits);
}
