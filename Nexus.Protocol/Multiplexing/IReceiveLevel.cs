namespace Nexus.Protocol.Multiplexing;

/// <summary>How much of one stream waits for its sink.</summary>
public interface IReceiveLevel
{
    /// <summary>Frames that wait.</summary>
    int QueuedFrames { get; }

    /// <summary>Whether memory is short.</summary>
    bool IsTight { get; }

    /// <summary>Whether the memory that is held for them, taken <paramref name="times"/> times, is more than the stream may have at present; false when none waits.</summary>
    bool HoldsTooMuch(int times);
}
