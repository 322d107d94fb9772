using Nexus.Protocol.Channels;

namespace Nexus.Protocol.Multiplexing;

/// <summary>Gathers what is ready to leave in one write: control first, then data.</summary>
internal sealed class Batch(ControlLane control, DataLanes data, int size, Lock gate)
{
    /// <summary>Fills <paramref name="buffer"/> from its start; the bytes that are in it then.</summary>
    public int Fill(byte[] buffer, out bool isLast)
    {
        int count;
        bool isInText;
        lock (gate) (count, isInText) = (control.Write(buffer, data.HasReady ? size / 2 : size, data, out isLast), control.IsInText);

        while (!isLast && !isInText && size - count >= DataLanes.MinRoom && TakeReady() is { } lane)
        {
            var (written, source) = data.Pull(lane, buffer.AsSpan(count, size - count));
            count += written;
            EndPull(lane, source);
            // Its next message needs more room: it begins the next batch. (A lane of bytes is without budget then; others may go on.)
            if (written == 0 && source == ChannelReadStatus.Data && lane.CarriesMessages) break;
        }

        return count;
    }

    private SendLane? TakeReady()
    {
        lock (gate) return data.TakeReady();
    }

    private void EndPull(SendLane lane, ChannelReadStatus source)
    {
        SendLaneTurn? result;
        lock (gate) result = data.EndPull(lane, source);
        if (result is { } turn) lane.EndTurn(turn);
    }
}
