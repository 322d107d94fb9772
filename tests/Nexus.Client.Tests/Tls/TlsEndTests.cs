using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;
using Nexus.Acme.Challenges;
using Nexus.Acme.Orders;
using Nexus.Client.Streams;
using Nexus.Client.Tests.Scripted;
using Nexus.Client.Tls;
using Nexus.Testing;

namespace Nexus.Client.Tests.Tls;

/// <summary>A user's TLS that ends here is a connection as any other: each end of either side is passed on, and nothing is lost.</summary>
public sealed class TlsEndTests
{
    private static readonly SslApplicationProtocol s_proof = new(ChallengeAnswer.AlpnProtocol);

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task User_EndsItsDirection_TargetSeesFin_AndTheAnswerStillArrives(SslProtocols version)
    {
        await using var end = await TlsEndUnderTest.ConnectAsync(protocols: version);
        await end.User.WriteAsync("request"u8.ToArray(), Stop).BoundedAsync();
        await end.User.ShutdownAsync().BoundedAsync();

        Assert.Equal("request", Text(await LocalService.ReceiveAllAsync(end.Target)));
        await LocalService.SendAsync(end.Target, "answer"u8.ToArray());
        end.Target.Shutdown(SocketShutdown.Send);
        Assert.Equal("answer", await end.ReadUserAsync());
        Assert.Null(end.Channel.End);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Target_EndsItsDirection_UserIsToldInTls_AndMaySendOn(SslProtocols version)
    {
        await using var end = await TlsEndUnderTest.ConnectAsync(protocols: version);
        await LocalService.SendAsync(end.Target, "all of it"u8.ToArray());
        end.Target.Shutdown(SocketShutdown.Send);

        Assert.Equal("all of it", await ReadTextAsync(end.User));
        await end.User.WriteAsync("still here"u8.ToArray(), Stop).BoundedAsync();
        await end.User.ShutdownAsync().BoundedAsync();
        Assert.Equal("still here", Text(await LocalService.ReceiveAllAsync(end.Target)));
    }

    [Fact]
    public async Task User_EndsWithoutSayingSoInTls_IsAnEnd()
    {
        await using var end = await TlsEndUnderTest.ConnectAsync();
        await end.User.WriteAsync("last words"u8.ToArray(), Stop).BoundedAsync();
        await end.EndUserAsync();
        Assert.Equal("last words", Text(await LocalService.ReceiveAllAsync(end.Target)));
    }

    [Fact]
    public async Task User_LeavesAltogether_TargetGetsWhatWasSent()
    {
        await using var end = await TlsEndUnderTest.ConnectAsync();
        var sent = RandomNumberGenerator.GetBytes(48 * 1024);
        await end.User.WriteAsync(sent, Stop).BoundedAsync();
        var leaving = end.Channel.DisposeAsync().AsTask();
        Assert.Equal(sent, await LocalService.ReceiveAllAsync(end.Target));
        await leaving.BoundedAsync();
    }

    [Fact]
    public async Task Target_Breaks_UserSeesNoOrderlyEnd()
    {
        await using var end = await TlsEndUnderTest.ConnectAsync(protocols: SslProtocols.Tls12); // where alerts are not among the data
        end.Target.LingerState = new(true, 0);
        end.Target.Close();
        Assert.Empty(await end.ReadRawAsync()); // no alert that says that it was all
        Assert.Equal(StreamEnd.LocalFailed, end.Channel.End);
    }

    [Fact]
    public async Task User_Breaks_TargetIsReset()
    {
        await using var end = await TlsEndUnderTest.ConnectAsync();
        end.Channel.Abort();
        var error = await Assert.ThrowsAsync<SocketException>(() => LocalService.ReceiveAsync(end.Target, 1));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    [Fact]
    public async Task User_DamagedRecord_TargetIsReset_AndTheConnectionEnds()
    {
        await using var end = await TlsEndUnderTest.ConnectAsync();
        await end.Channel.WriteAsync(new byte[] { 23, 3, 3, 0, 32 }.Concat(new byte[32]).ToArray(), Stop).BoundedAsync();
        await Assert.ThrowsAsync<SocketException>(() => LocalService.ReceiveAsync(end.Target, 1));
        Assert.Equal(StreamEnd.TlsFailed, await end.EndAsync());
    }

    [Fact]
    public async Task User_EndsWithinARecord_TargetIsReset()
    {
        await using var end = await TlsEndUnderTest.ConnectAsync();
        await end.Channel.WriteAsync(new byte[] { 23, 3, 3, 1, 0, 7 }, Stop).BoundedAsync();
        await end.EndUserAsync();
        await Assert.ThrowsAsync<SocketException>(() => LocalService.ReceiveAsync(end.Target, 1));
    }

    public static TheoryData<string> Garbage => [Convert.ToHexString("GET / HTTP/1.1\r\n\r\n"u8), "1603", "16030500010A", "160301FFFF00", "1603010004DEADBEEF", "160301000401000000", "00"];

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task User_SendsNoHello_ConnectionEnds(string bytes)
    {
        await using var end = await TlsEndUnderTest.StartAsync();
        await end.Channel.WriteAsync(Convert.FromHexString(bytes), Stop).BoundedAsync();
        await end.EndUserAsync();
        await end.ReadRawAsync();
        Assert.All(end.Logs.At(LogLevel.Error), record => Assert.Fail($"{record.Message} {record.Exception}"));
        Assert.Equal(StreamEnd.TlsFailed, end.Channel.End);
    }

    [Theory]
    [InlineData("")]
    [InlineData("160301")]
    public async Task User_IsSlow_ConnectionEndsAtTheDeadline(string begin)
    {
        var time = new ManualTimeProvider();
        await using var end = await TlsEndUnderTest.StartAsync(time);
        await end.Channel.WriteAsync(Convert.FromHexString(begin), Stop).BoundedAsync();
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(10), Stop).BoundedAsync();
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(await end.ReadRawAsync());
        Assert.Equal(StreamEnd.TlsFailed, end.Channel.End);
    }

    [Fact]
    public async Task User_StopsAfterItsHello_ConnectionEndsAtTheDeadline()
    {
        var time = new ManualTimeProvider();
        await using var end = await TlsEndUnderTest.StartAsync(time);
        var hello = await TlsEndUnderTest.HelloAsync();
        await end.Channel.WriteAsync(hello, Stop).BoundedAsync();
        Assert.Equal(22, await ReadByteAsync(end)); // it is answered
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(StreamEnd.TlsFailed, await end.EndAsync());
        await Assert.ThrowsAsync<SocketException>(() => LocalService.ReceiveAsync(end.Target, 1));
    }

    [Fact]
    public async Task Transfer_BothWaysAtOnce_ArrivesWhole()
    {
        const int Size = 24 * 1024 * 1024;
        await using var end = await TlsEndUnderTest.ConnectAsync();
        var (up, down) = (RandomNumberGenerator.GetBytes(Size), RandomNumberGenerator.GetBytes(Size));
        var received = LocalService.ReceiveAllAsync(end.Target);
        var sending = SendAndEndAsync(end.Target, down);
        var reading = ReadAllAsync(end.User);
        await end.User.WriteAsync(up, Stop).BoundedAsync();
        await end.User.ShutdownAsync().BoundedAsync();

        Assert.Equal(SHA256.HashData(up), SHA256.HashData(await received));
        Assert.Equal(SHA256.HashData(down), SHA256.HashData(await reading));
        await sending;
    }

    [Fact]
    public async Task User_ReadsSlowly_TargetIsHeldBack()
    {
        const int Size = 16 * 1024 * 1024;
        await using var end = await TlsEndUnderTest.ConnectAsync(bufferSize: 64 * 1024);
        var sending = SendAndEndAsync(end.Target, new byte[Size]);
        await end.User.ReadExactlyAsync(new byte[Size / 16], Stop).BoundedAsync();
        // Far more is missing than there is room for in between: the pipe, the relay's buffer, the sockets'.
        Assert.False(sending.IsCompleted);
        Assert.Equal(Size - (Size / 16), (await ReadAllAsync(end.User)).Length);
        await sending;
    }

    [Fact]
    public async Task Target_CannotBeReached_UserOfHttpIsToldSo()
    {
        await using var end = await TlsEndUnderTest.StartAsync(hasTarget: false);
        await end.ShakeHandsAsync(offers: [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]);
        Assert.Equal(SslApplicationProtocol.Http11, end.User.NegotiatedApplicationProtocol);
        Assert.Equal("http/1.1", end.Protocol);
        Assert.StartsWith("HTTP/1.1 502 ", await end.ReadUserAsync(), StringComparison.Ordinal);
        Assert.Equal(StreamEnd.DialFailed, end.Channel.End);
    }

    [Fact]
    public async Task Target_CannotBeReached_UserOfSomethingElseSeesTheEnd()
    {
        await using var end = await TlsEndUnderTest.StartAsync(hasTarget: false);
        await end.ShakeHandsAsync();
        Assert.Equal("", await end.ReadUserAsync());
        Assert.Equal(StreamEnd.DialFailed, end.Channel.End);
    }

    [Fact]
    public async Task User_OffersOnlyAnotherProtocol_IsServedWithoutOne()
    {
        await using var end = await TlsEndUnderTest.StartAsync();
        await end.ShakeHandsAsync(offers: [new("mqtt")]);
        Assert.Equal(default, end.User.NegotiatedApplicationProtocol);
        Assert.Equal("", end.Protocol);
    }

    [Fact]
    public async Task Certificate_IsReplaced_OldConnectionsGoOn_NewOnesGetTheNewOne()
    {
        await using var end = await TlsEndUnderTest.ConnectAsync();
        var first = end.User.RemoteCertificate?.GetSerialNumberString();
        end.Certificate = ServerCertificate.ForUsers(end.Authority.Issue(TlsEndUnderTest.Host), null);
        await end.User.WriteAsync("on"u8.ToArray(), Stop).BoundedAsync();
        Assert.Equal("on", Text(await LocalService.ReceiveAsync(end.Target, 2)));

        await using var channel = end.Open();
        await using var next = new SslStream(new ChannelStream(channel));
        await end.ShakeHandsAsync(next);
        Assert.NotEqual(first, next.RemoteCertificate?.GetSerialNumberString());
    }

    [Fact]
    public async Task Certificate_IsNotThereYet_UserIsToldByAnAlert_AndTheLogSaysWhy()
    {
        await using var end = await TlsEndUnderTest.StartAsync();
        end.Certificate = null;
        var error = await Assert.ThrowsAnyAsync<Exception>(() => end.ShakeHandsAsync());
        Assert.True(error is AuthenticationException or IOException, error.ToString());
        Assert.Empty(await end.ReadRawAsync());
        Assert.Equal(StreamEnd.TlsFailed, end.Channel.End);
        Assert.Contains(end.Logs.At(LogLevel.Warning), record => record.Message.Contains("no certificate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Authority_AsksForAProof_GetsItWhileItIsUnderWay_AndNothingElse()
    {
        await using var end = await TlsEndUnderTest.StartAsync();
        var answer = new ChallengeAnswer(AcmeIdentifier.Parse(TlsEndUnderTest.Host), ChallengeKind.TlsAlpn01, "token." + new string('t', 43));
        end.Board.Publish(answer);
        await end.User.AuthenticateAsClientAsync(Asking(), Stop).BoundedAsync();
        Assert.Equal(s_proof, end.User.NegotiatedApplicationProtocol);
        Assert.Contains("1.3.6.1.5.5.7.1.31", Assert.IsType<X509Certificate2>(end.User.RemoteCertificate).Extensions.Select(extension => extension.Oid?.Value));
        Assert.Equal("", await end.ReadUserAsync());
        Assert.Equal(StreamEnd.Completed, end.Channel.End);

        end.Board.Withdraw(answer);
        await using var channel = end.Open();
        await using var next = new SslStream(new ChannelStream(channel));
        var error = await Assert.ThrowsAnyAsync<Exception>(() => next.AuthenticateAsClientAsync(Asking(), Stop).BoundedAsync());
        Assert.True(error is AuthenticationException or IOException, error.ToString());
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Text(byte[] bytes) => Encoding.ASCII.GetString(bytes);

    private static SslClientAuthenticationOptions Asking() =>
        new() { TargetHost = TlsEndUnderTest.Host, ApplicationProtocols = [s_proof], RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null };

    private static async Task<int> ReadByteAsync(TlsEndUnderTest end)
    {
        var one = new byte[1];
        Assert.Equal(1, await new ChannelStream(end.Channel).ReadAsync(one, Stop).BoundedAsync());
        return one[0];
    }

    private static async Task SendAndEndAsync(Socket socket, byte[] bytes)
    {
        await socket.SendAsync(bytes, Stop).BoundedAsync();
        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task<byte[]> ReadAllAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Stop).BoundedAsync();
        return all.ToArray();
    }

    private static async Task<string> ReadTextAsync(Stream stream) => Text(await ReadAllAsync(stream));
}
