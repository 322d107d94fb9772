namespace Nexus.Benchmarks.Field.Targets;

/// <summary>One of the alternatives: a way from users to the service.</summary>
internal abstract class FieldTarget(string name) : IAsyncDisposable
{
    /// <summary>As in <c>--targets</c>.</summary>
    public string Name => name;

    public virtual IReadOnlyList<FieldRole> Roles => [];

    /// <summary>Open files that one user costs the process that needs most.</summary>
    public virtual int DescriptorsOfUser => 1;

    /// <summary>Where users of this name connect.</summary>
    public abstract int PortOf(string hostName);

    /// <summary>Returns when users may come.</summary>
    public virtual Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public abstract ValueTask DisposeAsync();
}
