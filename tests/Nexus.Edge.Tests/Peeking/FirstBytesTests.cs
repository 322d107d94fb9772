using Nexus.Edge.Peeking;

namespace Nexus.Edge.Tests.Peeking;

/// <summary>Every recorded and made first flight of tests/data/first-bytes, delivered in every way.</summary>
public sealed class FirstBytesTests
{
    public static IEnumerable<TheoryDataRow<string>> Files => FirstBytesCase.All.Select(item => new TheoryDataRow<string>(item.File));

    [Fact]
    public void Index_IsWhole() => Assert.Equal(504, FirstBytesCase.All.Count);

    [Theory]
    [MemberData(nameof(Files))]
    public void Choice_IsAcceptable(string file)
    {
        var item = FirstBytesCase.Named(file);
        if (item.Acceptable is { } acceptable) Assert.Contains(item.Verdict, acceptable);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Parse_Whole_GivesVerdict(string file) => Check(file, (item, bytes) => [bytes.Length]);

    [Theory]
    [MemberData(nameof(Files))]
    [Statement("node 75", "case 5", "case 7")]
    public void Parse_ByteByByte_GivesVerdict(string file) => Check(file, (item, bytes) => Enumerable.Repeat(1, bytes.Length));

    [Theory]
    [MemberData(nameof(Files))]
    public void Parse_PiecesOfSeven_GivesVerdict(string file) => Check(file, (item, bytes) => Enumerable.Repeat(7, (bytes.Length + 6) / 7));

    [Theory]
    [MemberData(nameof(Files))]
    [Statement("case 7", "case 8")]
    public void Parse_RecordedChunks_GivesVerdict(string file) => Check(file, (item, bytes) => item.Chunks ?? [bytes.Length]);

    /// <summary>A fresh parser at every cut, then the rest: need more or the final verdict, and never another host.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    [Statement("node 75")]
    public void Parse_CutAnywhere_NeverContradictsVerdict(string file)
    {
        var item = FirstBytesCase.Named(file);
        var bytes = item.Read();
        var whole = Fresh(item, bytes);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var parser = new CaseParser(item);
            var first = parser.Parse(bytes.AsSpan(0, cut));
            if (first.Status != PeekStatus.NeedMore) Assert.Equal((Verdict(whole), whole.Host), (Verdict(first), first.Host));
            else Assert.Equal(whole, parser.Parse(bytes));
        }
    }

    private static PeekResult Fresh(FirstBytesCase item, byte[] bytes) => new CaseParser(item).Parse(bytes);

    private static void Check(string file, Func<FirstBytesCase, byte[], IEnumerable<int>> pieces)
    {
        var item = FirstBytesCase.Named(file);
        var bytes = item.Read();
        var parser = new CaseParser(item);
        var result = new PeekResult(PeekStatus.NeedMore);
        var delivered = 0;
        foreach (var piece in pieces(item, bytes))
        {
            delivered = Math.Min(delivered + piece, bytes.Length);
            result = parser.Parse(bytes.AsSpan(0, delivered));
            if (result.Status != PeekStatus.NeedMore) break;
        }
        Assert.Equal(item.Verdict, Verdict(result));
        if (result.IsFound) Assert.Equal((item.Host, item.IsTls), (result.Host, result.IsTls));
    }

    private static string Verdict(PeekResult result) => result.Status switch
    {
        PeekStatus.NeedMore => "need_more",
        PeekStatus.Found => "route",
        _ => "reject",
    };

    /// <summary>
    /// A relay port serves both kinds; the index labels an item for one. An HTTP head on a "TLS port" (and a hello on an
    /// "HTTP port") is refused there and served here, so those few items go to the parser of their kind alone.
    /// </summary>
    private struct CaseParser(FirstBytesCase item)
    {
        private FirstBytesParser _both;
        private ClientHelloParser _hello;
        private HttpHeadParser _head;

        public PeekResult Parse(ReadOnlySpan<byte> bytes)
        {
            var looksLikeHello = bytes is [ClientHelloParser.HandshakeRecord, ..];
            if (looksLikeHello == item.IsTls || bytes.IsEmpty) return _both.Parse(bytes);
            return item.IsTls ? _hello.Parse(bytes) : _head.Parse(bytes);
        }
    }
}
