using Nexus.Edge.Peeking;

namespace Nexus.Edge.Tests.Peeking;

/// <summary>What a stranger's first bytes may cost.</summary>
public sealed class FirstBytesBudgetTests
{
    [Theory]
    [InlineData("tls-real-chromium-a.bin")]
    [InlineData("tls-rec-records-of-1-sni-last.bin")]
    [InlineData("http-plain-100-fields.bin")]
    public void Parse_UntilFound_AllocatesOnlyTheHost(string file)
    {
        var bytes = FirstBytesCase.Named(file).Read();
        Deliver(bytes, out var waiting, out var finding); // JIT and array pool
        Deliver(bytes, out waiting, out finding);

        Assert.Equal(0, waiting);
        Assert.InRange(finding, 0, 128); // one string of a host name
    }

    [Fact]
    public void Parse_HelloOf32768Bytes_IsFound_OneMore_IsTooLarge()
    {
        Assert.Equal(PeekResult.Found("app.example.test", isTls: true), new FirstBytesParser().Parse(Hellos.OfSize(FirstBytesParser.MaxTlsBytes)));
        Assert.Equal(PeekStatus.TooLarge, new FirstBytesParser().Parse(Hellos.OfSize(FirstBytesParser.MaxTlsBytes + 1)).Status);
    }

    [Theory]
    [InlineData("tcp:53")]
    [InlineData("udp:53")]
    [InlineData("*.example.test")]
    [InlineData("a b.example.test")]
    public void Parse_NameThatIsNone_IsBadName(string name)
    {
        Assert.Equal(PeekStatus.BadName, new FirstBytesParser().Parse(Hellos.For(name)).Status);
        Assert.Equal(name.StartsWith("tcp", StringComparison.Ordinal) || name.StartsWith("udp", StringComparison.Ordinal) ? PeekStatus.Found : PeekStatus.BadName,
            new FirstBytesParser().Parse(System.Text.Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {name}\r\n\r\n")).Status); // there it is a host and a port
    }

    private static void Deliver(byte[] bytes, out long waiting, out long finding)
    {
        var parser = new FirstBytesParser();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var length = 1;
        while (length < bytes.Length && parser.Parse(bytes.AsSpan(0, length)).Status == PeekStatus.NeedMore) length++;
        // The last call allocates the host; measure the calls before it again with a fresh parser.
        parser = new FirstBytesParser();
        before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < length; i++) parser.Parse(bytes.AsSpan(0, i));
        waiting = GC.GetAllocatedBytesForCurrentThread() - before;
        before = GC.GetAllocatedBytesForCurrentThread();
        parser.Parse(bytes);
        finding = GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
