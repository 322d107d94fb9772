namespace Nexus.Hub.Outbound;

/// <summary>The names that one backend may have looked up at one time; more of its names wait for these, and nobody else does.</summary>
internal sealed class LookupShare(int size) : IDisposable
{
    /// <summary>One place for each look-up under way.</summary>
    public SemaphoreSlim Places { get; } = new(size);

    /// <summary>Look-ups under way and waiting; nobody needs the share when there is none.</summary>
    public int Users { get; set; }

    public void Dispose() => Places.Dispose();
}
