namespace Aspire.Hosting;

internal static class ResourceName
{
    private const int MaxLength = 64;

    public static void Check(string name)
    {
        var valid = name.Length is > 0 and <= MaxLength && char.IsAsciiLetter(name[0]) && name[^1] != '-'
            && !name.Contains("--", StringComparison.Ordinal) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
        if (!valid)
            throw new DistributedApplicationException($"'{name}' is not a resource name: 1 to {MaxLength} ASCII letters, digits and single hyphens, a letter first.");
    }
}
