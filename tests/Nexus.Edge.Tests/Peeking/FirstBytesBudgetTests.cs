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
    public void Parse_ServerNameThatIsNone_IsBadName(string name) =>
        Assert.Equal(PeekStatus.BadName, new FirstBytesParser().Parse(Hellos.For(name)).Status);

    [Fact]
    public void Parse_HostTcp53_IsTheHostTcp() => // and never the claim of a port
        Assert.Equal(PeekResult.Found("tcp", isTls: false), new FirstBytesParser().Parse("GET / HTTP/1.1\r\nHost: tcp:53\r\n\r\n"u8));

    private static void Deliver(byte[] bytes, out long waiting, out long finding)
    {
        var parser = new FirstBytesParser();
        var length = 1;
        while (length < bytes.Length && parser.Parse(bytes.AsSpan(0, length)).Status == PeekStatus.NeedMore) length++;

        parser = new FirstBytesParser(); // again, now that it is known which call finds the host
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < length; i++) parser.Parse(bytes.AsSpan(0, i));
        waiting = GC.GetAllocatedBytesForCurrentThread() - before;
        before = GC.GetAllocatedBytesForCurrentThread();
        parser.Parse(bytes);
        finding = GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
