using System.Text;
using Nexus.Testing;

namespace Nexus.Yaml.Tests;

/// <summary>Whatever the text is: a tree or one problem, in bounded time and memory.</summary>
public sealed class SourceReaderTests
{
    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    [InlineData('-')]
    [InlineData('?')]
    public void Nesting_OfAnyDepth_IsRefusedEarly(char open)
    {
        var text = open is '-' or '?' ? string.Concat(Enumerable.Repeat($"{open} ", 200_000)) : new string(open, 200_000);
        Assert.False(Bounded(text, out var problem));
        Assert.NotNull(problem);
    }

    [Fact]
    public void Nesting_ByIndentation_IsRefusedEarly()
    {
        var text = string.Concat(Enumerable.Range(0, 1_000).Select(depth => $"{new string(' ', depth)}k:\n"));
        Assert.False(Bounded(text, out var problem));
        Assert.Contains("nested", problem?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_OfAliases_AreRefusedBeforeTheyGrow()
    {
        var lists = Enumerable.Range(1, 20).Select(i => $"l{i}: &l{i} [{string.Join(", ", Enumerable.Repeat($"*l{i - 1}", 9))}]\n");
        Assert.False(Bounded($"l0: &l0 text\n{string.Concat(lists)}", out var problem));
        Assert.Contains("aliases", problem?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MergeKeys_OfMergeKeys_AreBounded()
    {
        // Each mapping holds nine times the one before, and one key more.
        var maps = Enumerable.Range(1, 12).Select(i => $"m{i}: &m{i} {{<<: [{string.Join(", ", Enumerable.Repeat($"*m{i - 1}", 9))}], k{i}: 1}}\n");
        Assert.False(Bounded($"m0: &m0 {{k0: 1}}\n{string.Concat(maps)}", out var problem));
        Assert.Contains("aliases", problem?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: &x [*x]")]
    [InlineData("a: &x {b: *x}")]
    [InlineData("a: *unknown")]
    public void Alias_ToWhatIsNotThereYet_IsAProblem(string text)
    {
        Assert.False(Bounded(text, out var problem));
        Assert.Equal(1, problem?.Position?.Line);
    }

    [Fact]
    public void Key_Twice_IsAProblemAtItsPlace()
    {
        Assert.False(Bounded("a: 1\nb: 2\na: 3\n", out var problem));
        Assert.Equal(new SourcePosition(3, 1), problem?.Position);
    }

    [Theory]
    [InlineData("a: 1\n\tb: 2\n")]
    [InlineData("a:\n\t- 1\n")]
    public void Tab_AsIndentation_IsAProblemAtItsPlace(string text)
    {
        Assert.False(Bounded(text, out var problem));
        Assert.NotNull(problem?.Position);
    }

    [Theory]
    [InlineData("a: {0}")]
    [InlineData("a: \"{0}\"")]
    [InlineData("{0}: 1")]
    [InlineData("# {0}\na: 1")]
    [InlineData("a: |\n  {0}")]
    public void Line_OfAMegabyte_IsReadOrRefused(string form) =>
        Bounded(form.Replace("{0}", new string('x', 1 << 20), StringComparison.Ordinal), out _);

    [Fact]
    public void List_OfAMegabyte_IsRead() => Assert.True(Bounded($"a: [{string.Join(',', Enumerable.Repeat("1", 400_000))}]", out _));

    [Theory]
    [InlineData(1, 50_000)]
    [InlineData(100, 20_000)]
    [InlineData(100, 5_000)]
    [InlineData(100, 10_000)]
    public void Keys_Many_AreRead(int length, int count) =>
        Assert.True(Bounded(string.Concat(Enumerable.Range(0, count).Select(i => $"{new string('k', length)}{i}: {i}\n")), out _));

    [Fact]
    public void File_TooLarge_Missing_OrAFolder_IsAProblem()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("big.yaml");
        File.WriteAllBytes(path, new byte[SourceFile.MaxBytes + 1]);

        Assert.False(SourceFile.TryRead(path, out _, out var tooLarge));
        Assert.False(SourceFile.TryRead(folder.PathOf("none.yaml"), out _, out var missing));
        Assert.False(SourceFile.TryRead(folder.Path, out _, out var notAFile));
        Assert.Contains("larger", tooLarge.Message, StringComparison.Ordinal);
        Assert.All([missing, notAFile], problem => Assert.StartsWith("cannot be read", problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void File_WithoutEnd_IsRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/zero is of Linux.");
        Assert.False(SourceFile.TryRead("/dev/zero", out _, out var problem));
        Assert.Contains("larger", problem.Message, StringComparison.Ordinal);
    }

    /// <summary>Reads it with a bound on what is allocated: so many bytes for each of the text, and the parser's fixed part.</summary>
    internal static bool Bounded(string text, out SourceProblem? problem)
    {
        const int FixedPart = 1 << 20;
        const int PerByte = 1_000;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var isRead = SourceFile.TryParse(text, out _, out problem);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < FixedPart + ((long)PerByte * Encoding.UTF8.GetByteCount(text)), $"{allocated} bytes for {text.Length} characters.");
        return isRead;
    }
}
