namespace Nexus.Protocol.Multiplexing;

/// <summary>For what is not counted: a hub's datagrams, whose receivers never grant (spec/node.md §2.7).</summary>
public sealed class UnlimitedCredits : ISendCredits
{
    private UnlimitedCredits()
    {
    }

    /// <summary>Has no state.</summary>
    public static UnlimitedCredits Instance { get; } = new();

    /// <inheritdoc/>
    public bool CanSend => true;

    /// <inheritdoc/>
    public int Take(int frames) => frames;

    /// <inheritdoc/>
    public void Return(int frames)
    {
    }

    /// <inheritdoc/>
    public void Grant(long credits)
    {
    }
}
