using BenchmarkDotNet.Attributes;
using Nexus.Edge.Peeking;
using Nexus.Protocol.Backend;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Benchmarks.Micro;

/// <summary>Costs of the small steps on the data path.</summary>
[MemoryDiagnoser]
public class FrameBenchmarks
{
    private readonly byte[] _payload = new byte[16 * 1024];
    private readonly byte[] _text = new byte[ControlFrame.PlainSize];
    private readonly StreamId _id = StreamId.New();
    private byte[] _hello = [];

    /// <summary>Loads a recorded hello.</summary>
    [GlobalSetup]
    public void Load() =>
        _hello = File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "tests", "data", "first-bytes"), "tls-real-*.bin").Order().First());

    /// <summary>The XOR pass over a client's frame.</summary>
    [Benchmark]
    public void Mask() => WebSocketMask.Apply(_payload, 0x1234_5678);

    /// <summary>A credit message both ways.</summary>
    [Benchmark]
    public bool ResumeStream() =>
        ControlFrame.TryWrite(new(ControlEvent.ResumeStream, _id) { Credits = 8 }, _text, out var written)
        && ControlFrame.TryRead(_text.AsSpan(0, written), out _);

    /// <summary>The name in a real ClientHello.</summary>
    [Benchmark]
    public bool Peek() => new FirstBytesParser().Parse(_hello).IsFound;
}
