using Xunit.v3;

namespace Nexus.Testing;

/// <summary>
/// Says which promise a test keeps: one or more statements of the specifications, written "node 53" (spec/node.md §18),
/// "client 87" (spec/client.md §19), "case 3" or "seen 3" (a row of the table, a numbered weakness of spec/seen.md).
/// <c>docs/conformance.md</c> lists them all, and a test compares the two.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StatementAttribute(params string[] ids) : Attribute, ITraitAttribute
{
    /// <summary>The trait's name, by which a test run can be filtered.</summary>
    public const string TraitName = "Statement";

    /// <summary>The statements.</summary>
    public IReadOnlyList<string> Ids { get; } = ids;

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [.. Ids.Select(id => KeyValuePair.Create(TraitName, id))];
}
