namespace Aspire.Hosting.ApplicationModel;

public class ValueProviderContext
{
    /// <summary>The resource whose environment or arguments are being built.</summary>
    public IResource? Caller { get; init; }

    /// <summary>Which replica of <see cref="Caller"/>: its own endpoints resolve to this replica's ports.</summary>
    internal int Replica { get; init; }
}
