namespace Nexus.Benchmarks.Field.Targets;

/// <summary>Nothing in between.</summary>
internal sealed class DirectTarget(FieldServices services) : FieldTarget(TargetNames.Direct)
{
    public override int PortOf(string hostName) => services.PortOf(hostName);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
