namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// One direction's share of a limit in bytes that other streams use as well, such as a hub's bandwidth. Frames cost their
/// payload and their <see cref="Backend.DataFrame.HeaderSize"/>. A lane without a budget costs nothing.
/// </summary>
/// <remarks>
/// <see cref="TryTake"/> is called from one thread at a time, <see cref="Return"/> from any. Implementations may take locks of
/// their own, but must not call a <c>resume</c> while they hold one, nor from within <see cref="TryTake"/>.
/// </remarks>
public interface IByteBudget
{
    /// <summary>
    /// Takes between <paramref name="needed"/> and <paramref name="useful"/> bytes, or none at all. Never waits. A second call
    /// while one waits changes nothing; once the wait is over the next call returns what was granted to the first.
    /// </summary>
    /// <param name="needed">The least amount that is of use, from 1 to one whole frame (32 785).</param>
    /// <param name="useful">More than this would be left over; at least <paramref name="needed"/>. The budget sets how much of it one call gets.</param>
    /// <param name="resume">Called, from any thread, when 0 was returned and another call is worth while. It must not wait.</param>
    /// <returns>The bytes taken; 0 when there are none now.</returns>
    int TryTake(int needed, int useful, Action resume);

    /// <summary>Gives back what was taken and not used, so that others get it at once.</summary>
    /// <param name="unused">At most what the last calls returned.</param>
    void Return(int unused);
}
