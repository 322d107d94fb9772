using System.Collections.Concurrent;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>
/// Many streams over one session on random schedules: each byte arrives in order or the stream's end says that not all did,
/// the window holds, nothing follows a `disconnect`, and every task ends.
/// </summary>
public sealed class RandomScheduleTests
{
    private const int Lanes = 24;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private enum Fate
    {
        Completes,
        IsReset,
        IsFinishedEarly,
        IsCancelled,
        SinkBreaks,
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Streams_OfEveryFate_KeepTheRules(int seed)
    {
        await using var session = new Session(seed);
        var random = new Random(seed);
        var streams = Enumerable.Range(0, Lanes).Select(i => session.Add((Fate)(i % 5), (seed * 100) + i, random.Next(200_000, 900_000))).ToArray();
        session.Start();
        var running = streams.Select(stream => stream.RunAsync()).ToArray();
        var disturbing = DisturbAsync(streams, random);

        await Task.WhenAll(running).BoundedAsync();
        await disturbing.BoundedAsync();
        await Task.WhenAll(streams.Select(stream => stream.Delivering)).BoundedAsync();

        Assert.All(streams, stream => stream.Check());
        Assert.Empty(session.Violations);
    }

    [Fact]
    public async Task Session_CutInTheMiddle_EveryStreamEnds()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var session = new Session(seed);
            var streams = Enumerable.Range(0, Lanes).Select(i => session.Add(Fate.Completes, i, 1_000_000)).ToArray();
            session.Start();
            var running = streams.Select(stream => stream.Sending.RunAsync(Token)).ToArray();
            var random = new Random(seed);
            for (var i = random.Next(200); i > 0; i--) await Task.Yield();
            await session.DisposeAsync();

            Assert.All(await Task.WhenAll(running).BoundedAsync(), end => Assert.Equal(SendLaneEnd.SessionEnded, end));
            foreach (var stream in streams) stream.Receiving.Abort();
            await Task.WhenAll(streams.Select(stream => stream.Delivering)).BoundedAsync();
            Assert.Empty(session.Violations);
        }
    }

    /// <summary>Pauses, pings and grants of nothing; in the end all are resumed.</summary>
    private static async Task DisturbAsync(Stream[] streams, Random random)
    {
        for (var i = 0; i < 3_000; i++)
        {
            var lane = streams[random.Next(streams.Length)].Sending;
            switch (random.Next(6))
            {
                case 0: lane.PauseSending(); break;
                case 1: lane.ResumeSending(); break;
                case 2: lane.Ping(); break;
                case 3: lane.PausePeer(); break;
                case 4: lane.ResumePeer(); break;
                default: lane.AddCredits(0); break;
            }

            await Task.Yield();
        }

        foreach (var stream in streams) stream.Sending.ResumeSending();
    }

    private sealed class Session : ISessionHandler, IAsyncDisposable
    {
        private readonly StreamPair _link = new(room: 64 * 1024);
        private readonly CancellationTokenSource _stop = new();
        private readonly Dictionary<StreamId, Stream> _streams = [];
        private readonly WebSocketMessageReader _hubMessages;
        private readonly WebSocketMessageReader _clientMessages;
        private readonly SessionWriter _hub;
        private readonly SessionWriter _client;
        private Task _running = Task.CompletedTask;

        public Session(int seed)
        {
            _hub = new(_link.Near, new() { Role = WebSocketRole.Server, MaxPayload = 4_096 * (1 + (seed % 8)), Quantum = 8_192 * (1 + (seed % 3)) }, TimeProvider.System);
            _client = new(_link.Far, new() { Role = WebSocketRole.Client }, TimeProvider.System);
            _hubMessages = new(_link.Near, WebSocketRole.Server, DataFrame.MaxMessageSize);
            _clientMessages = new(_link.Far, WebSocketRole.Client, DataFrame.MaxMessageSize);
        }

        public ConcurrentQueue<string> Violations { get; } = new();

        public Stream Add(Fate fate, int seed, int total)
        {
            var stream = new Stream(this, _hub, _client, fate, seed, total);
            _streams.Add(stream.Sending.StreamId, stream);
            return stream;
        }

        public void Start()
        {
            var hub = new SessionReader(_hubMessages, _hub, TimeProvider.System);
            var client = new SessionReader(_clientMessages, _client, TimeProvider.System);
            _running = Task.WhenAll(
                _hub.RunAsync(_stop.Token), _client.RunAsync(_stop.Token), hub.RunAsync(new HubSide(_streams), _stop.Token), client.RunAsync(this, _stop.Token));
        }

        public void OnData(StreamId streamId, ReadOnlySpan<byte> payload) => _streams[streamId].OnData(payload);

        public void OnControl(in ControlMessage message) => _streams[message.StreamId].OnControl(message.Event);

        public void OnText(ReadOnlySpan<byte> utf8) => Violations.Enqueue("A text message.");

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running.BoundedAsync();
            _hubMessages.Dispose();
            _clientMessages.Dispose();
            await _link.DisposeAsync();
            _stop.Dispose();
        }
    }

    private sealed class HubSide(Dictionary<StreamId, Stream> streams) : ISessionHandler
    {
        public void OnData(StreamId streamId, ReadOnlySpan<byte> payload)
        {
        }

        public void OnControl(in ControlMessage message)
        {
            var stream = streams[message.StreamId];
            if (message.Event == ControlEvent.ResumeStream) stream.Sending.AddCredits(message.Credits);
            else if (message.Event == ControlEvent.Disconnect) stream.Sending.Cancel();
        }

        public void OnText(ReadOnlySpan<byte> utf8)
        {
        }
    }

    /// <summary>One stream, from the hub's source to the client's sink.</summary>
    private sealed class Stream
    {
        private readonly Session _session;
        private readonly Fate _fate;
        private readonly int _total;
        private readonly Random _random;
        private readonly PatternSink _sink;
        private readonly SendLane _granting;
        private int _ungranted;
        private bool _isOpen;
        private bool _isEnded;

        public Stream(Session session, SessionWriter hub, SessionWriter client, Fate fate, int seed, int total)
        {
            (_session, _fate, _total, _random) = (session, fate, total, new Random(seed));
            _sink = new(seed, fate == Fate.SinkBreaks ? total / 2 : int.MaxValue);
            Sending = new(hub, StreamId.New(), new PatternSource(seed, total, fate == Fate.IsReset), new WindowCredits());
            _granting = new(client, Sending.StreamId, _sink, new WindowCredits());
            Receiving = new(_sink, 64, Consumed);
            Delivering = DeliverAsync();
        }

        public SendLane Sending { get; }

        public ReceiveLane Receiving { get; }

        public Task<ReceiveLaneEnd> Delivering { get; }

        public async Task<SendLaneEnd> RunAsync()
        {
            Sending.Open(new(ControlEvent.Connect, Sending.StreamId) { Credits = 64 });
            using var cancel = new CancellationTokenSource();
            var running = Sending.RunAsync(cancel.Token);
            if (_fate is Fate.IsFinishedEarly or Fate.IsCancelled)
            {
                for (var i = _random.Next(2_000); i > 0; i--) await Task.Yield();
                if (_fate == Fate.IsCancelled) await cancel.CancelAsync();
                else Sending.Finish(DisconnectReason.Timeout);
            }

            var end = await running;
            Sending.Finish(null);
            if (_fate == Fate.IsCancelled) Receiving.Abort();
            return end;
        }

        public void OnData(ReadOnlySpan<byte> payload)
        {
            if (!_isOpen || _isEnded) _session.Violations.Enqueue($"{_fate}: data before `connect` or after `disconnect`.");
            if (Receiving.Deliver(payload) == DeliverResult.Overflow) _session.Violations.Enqueue($"{_fate}: more than 64 frames.");
        }

        public void OnControl(ControlEvent happened)
        {
            if (_isEnded) _session.Violations.Enqueue($"{_fate}: {happened} after `disconnect`.");
            if (happened == ControlEvent.Connect)
            {
                _isOpen = true;
                _granting.Grant(CreditWindow.Initial);
            }

            if (happened != ControlEvent.Disconnect) return;
            _isEnded = true;
            Receiving.Complete();
        }

        public void Check()
        {
            if (_fate == Fate.SinkBreaks) Assert.InRange(_sink.Received, 0, _total / 2);
            else if (_fate is Fate.Completes or Fate.IsReset) Assert.Equal((_total, true), (_sink.Received, _sink.IsCompleted));
            Assert.Equal(Receiving.BytesDelivered, _sink.Received);
        }

        private async Task<ReceiveLaneEnd> DeliverAsync()
        {
            var end = await Receiving.RunAsync(Token);
            if (end == ReceiveLaneEnd.SinkBroken) _granting.Finish(DisconnectReason.LocalError);
            return end;
        }

        private void Consumed(int frames)
        {
            _ungranted += frames;
            if (_ungranted < 8) return;
            _granting.Grant(_ungranted);
            _ungranted = 0;
        }
    }
}
