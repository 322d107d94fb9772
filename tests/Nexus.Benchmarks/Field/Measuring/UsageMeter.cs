using Nexus.Benchmarks.Field.Targets;

namespace Nexus.Benchmarks.Field.Measuring;

/// <summary>What each process of an alternative uses from now on.</summary>
internal sealed class UsageMeter
{
    private readonly List<(FieldRole Role, ProcessUsage Before)> _roles;

    public UsageMeter(FieldTarget target) => _roles = [.. target.Roles.Select(role => (role, ProcessUsage.Of(role.Processes())))];

    public IReadOnlyList<(FieldRole Role, ProcessUsage Usage)> Read() =>
        [.. _roles.Select(each => (each.Role, ProcessUsage.Of(each.Role.Processes()) - each.Before))];
}
