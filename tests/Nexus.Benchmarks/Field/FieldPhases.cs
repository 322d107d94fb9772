using Nexus.Benchmarks.Field.Load;
using Nexus.Benchmarks.Field.Measuring;

namespace Nexus.Benchmarks.Field;

/// <summary>What is measured, in order.</summary>
internal static class FieldPhases
{
    public static IEnumerable<IFieldPhase> For(FieldOptions options, TextWriter output)
    {
        foreach (var direction in new[] { LoadKind.Down, LoadKind.Up })
        {
            if (!options.Only.Contains(direction == LoadKind.Up ? "up" : "down")) continue;
            foreach (var users in options.Users) yield return new BulkPhase(options, direction, users, output);
        }
    }
}
