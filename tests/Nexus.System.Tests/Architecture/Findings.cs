namespace Nexus.SystemTests.Architecture;

internal static class Findings
{
    /// <summary>Fails with everything that was found.</summary>
    public static void None(IEnumerable<string> found)
    {
        var all = found.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }
}
