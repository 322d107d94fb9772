namespace Nexus.Contracts.Carriers;

/// <summary>A UDP flow that was opened for a user. No member waits.</summary>
public interface IReceivedFlow
{
    /// <summary>Whether it is over, and the user's side was told unless it did that itself.</summary>
    bool IsEnded { get; }

    /// <summary>A datagram of the user, copied; dropped when there is no room for it.</summary>
    void Send(ReadOnlySpan<byte> datagram);

    /// <summary>The user's side has ended it: the backend's side is told. Idempotent.</summary>
    void Finish();
}
