using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Nexus.Client.InProcess;
using Nexus.Client.Streams;
using Nexus.Client.Tls;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Client.Tests.Tls;

/// <summary>The end of one user's TLS: a real TLS user at the one end, a real target at the other.</summary>
internal sealed class TlsEndUnderTest : IServerCertificates, IAsyncDisposable
{
    public const string Host = "app.example.test";

    private readonly SocketPair? _pair;
    private readonly TaskCompletionSource _targetAllowed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TlsEndUnderTest(SocketPair? pair, TimeProvider time)
    {
        _pair = pair;
        _targetAllowed.SetResult();
        Certificate = ServerCertificate.ForUsers(Authority.Issue(Host), null);
        Termination = new(Board, Logs.Factory.CreateLogger("tls"), time);
        Channel = (ServedChannel)Open();
        User = new(new ChannelStream(Channel), leaveInnerStreamOpen: true);
    }

    public TestCertificates Authority { get; } = new();

    public LogCollector Logs { get; } = new();

    public ChallengeBoard Board { get; } = new();

    public TlsTermination Termination { get; }

    public ServerCertificate? Certificate { get; set; }

    public ServedChannel Channel { get; }

    public SslStream User { get; }

    /// <summary>What the target is told of the user's application protocol.</summary>
    public string? Protocol { get; private set; }

    public Socket Target => _pair?.Far ?? throw new InvalidOperationException("There is no target.");

    public static async Task<TlsEndUnderTest> StartAsync(TimeProvider? time = null, bool hasTarget = true, int? bufferSize = null) =>
        new(hasTarget ? await SocketPair.ConnectAsync(bufferSize) : null, time ?? TimeProvider.System);

    public static async Task<TlsEndUnderTest> ConnectAsync(int? bufferSize = null, SslProtocols protocols = SslProtocols.None)
    {
        var end = await StartAsync(bufferSize: bufferSize);
        await end.ShakeHandsAsync(protocols: protocols);
        return end;
    }

    /// <summary>A real ClientHello, record and all.</summary>
    public static async Task<byte[]> HelloAsync()
    {
        var pair = new StreamPair();
        await using var _ = pair;
        await using var user = new SslStream(pair.Near, leaveInnerStreamOpen: true);
        using var stop = new CancellationTokenSource();
        var shaking = user.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = Host }, stop.Token);
        var hello = new byte[16 * 1024];
        var count = await pair.Far.ReadAsync(hello, TestContext.Current.CancellationToken).BoundedAsync();
        await stop.CancelAsync();
        await shaking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return hello[..count];
    }

    public ServerCertificate? Find(string hostname) => hostname == Host ? Certificate : null;

    public IByteChannel Open() => Termination.EndTls(
        new() { BackendName = "b", StreamId = Guid.NewGuid(), Hostname = Host, OriginalHostname = Host, Port = 443, RawClientAddress = "", IsTls = true, Transport = NexusTransport.Tcp },
        this,
        async (protocol, stop) =>
        {
            Protocol = System.Text.Encoding.ASCII.GetString(protocol.Span);
            await _targetAllowed.Task.WaitAsync(stop);
            return _pair is null ? null : new SocketChannel(_pair.Near);
        });

    public Task ShakeHandsAsync(SslStream? user = null, SslProtocols protocols = SslProtocols.None, params SslApplicationProtocol[] offers) =>
        (user ?? User).AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = Host,
            EnabledSslProtocols = protocols,
            ApplicationProtocols = offers.Length > 0 ? [.. offers] : null,
            RemoteCertificateValidationCallback = Authority.Validation,
        }).BoundedAsync();

    /// <summary>The user's end, FIN and all, without saying so in TLS.</summary>
    public Task EndUserAsync() => Channel.CompleteWritesAsync(TestContext.Current.CancellationToken).BoundedAsync();

    /// <summary>Why it ended, read to its very end: TLS says goodbye before the reason is known.</summary>
    public async Task<StreamEnd?> EndAsync()
    {
        await ReadRawAsync();
        return Channel.End;
    }

    /// <summary>What comes to the user until the end of the connection, as it is.</summary>
    public async Task<byte[]> ReadRawAsync()
    {
        using var all = new MemoryStream();
        await new ChannelStream(Channel).CopyToAsync(all, TestContext.Current.CancellationToken).BoundedAsync();
        return all.ToArray();
    }

    /// <summary>What comes to the user in TLS, until the end of that and of the connection.</summary>
    public async Task<string> ReadUserAsync()
    {
        using var text = new StreamReader(User, leaveOpen: true);
        var all = await text.ReadToEndAsync(TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Empty(await ReadRawAsync());
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Abort();
        await Channel.DisposeAsync().BoundedAsync();
        await User.DisposeAsync();
        _pair?.Dispose();
        Authority.Dispose();
    }
}
