using System.Net;
using System.Net.Sockets;
using System.Text;
using Nexus.SystemTests.Golden.Wire;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>Backends that break the rules end with the documented reason, and a good one beside them notices nothing.</summary>
[Collection(nameof(HandOverCollection))]
public sealed class BadBackendTests(SystemUnderTest system)
{
    private const int PolicyViolation = 1008;
    private const int ProtocolError = 1002;
    private const int MessageTooBig = 1009;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WrongSecret_IsRefused()
    {
        await using var backend = await DialAsync();
        await backend.SendTextAsync(ScriptedBackend.Token("another secret, of another hub altogether", "bad.test"));
        await ExpectCloseAsync(backend, PolicyViolation, "signature");
    }

    [Fact]
    public async Task ExpiredToken_IsRefused()
    {
        await using var backend = await DialAsync();
        await backend.SendTextAsync(ScriptedBackend.Token(system.Secret, "bad.test", lifetime: -1));
        await ExpectCloseAsync(backend, PolicyViolation, "expired");
    }

    [Fact]
    public async Task ClaimsThatChange_AreRefused()
    {
        await using var backend = await DialAsync();
        await backend.SendTextAsync(ScriptedBackend.Token(system.Secret, "bad.test"));
        var nonce = await backend.ReceiveNonceAsync();
        await backend.SendTextAsync(ScriptedBackend.Token(system.Secret, "bad.test,app.test", nonce));
        await ExpectCloseAsync(backend, PolicyViolation, "host");
    }

    [Fact]
    public async Task AnotherNonce_IsRefused()
    {
        await using var backend = await DialAsync();
        await backend.SendTextAsync(ScriptedBackend.Token(system.Secret, "bad.test"));
        var nonce = await backend.ReceiveNonceAsync();
        await backend.SendTextAsync(ScriptedBackend.Token(system.Secret, "bad.test", nonce[..^1] + (nonce[^1] == 'A' ? 'B' : 'A')));
        await ExpectCloseAsync(backend, PolicyViolation, "nonce");
    }

    [Fact]
    public async Task UnmaskedFrame_EndsTheSession()
    {
        await using var backend = await LogInAsync("bad.test");
        await backend.SendAsync(new WireMessage(WireKind.Binary, [0x02]), wronglyMasked: true);
        await ExpectCloseAsync(backend, ProtocolError, "");
    }

    [Fact]
    public async Task OversizeMessage_EndsTheSession()
    {
        await using var backend = await LogInAsync("bad.test");
        await backend.SendAsync(new WireMessage(WireKind.Binary, new byte[32_786]));
        await ExpectCloseAsync(backend, MessageTooBig, "");
    }

    [Fact]
    public async Task MalformedMessages_AreIgnored()
    {
        await using var backend = await LogInAsync("bad.test");
        byte[][] nonsense = [[], [0x03, 1], [0x01, 1, 2, 3], [0x02, .. "{\"event\":"u8], [0x02, .. "{\"event\":\"what\",\"client_id\":\"aaaaaaaa-0000-4000-8000-000000000001\"}"u8]];
        foreach (var message in nonsense) await backend.SendAsync(new WireMessage(WireKind.Binary, message));
        await backend.SendAsync(new WireMessage(WireKind.Ping, "still here"u8.ToArray()));
        var answer = await backend.ReceiveAsync();
        Assert.Equal((WireKind.Pong, "still here"), (answer?.Kind, answer?.Text));
    }

    [Fact]
    public async Task BackendThatNeverGrants_HoldsOnlyItsOwnUser()
    {
        await using var backend = await LogInAsync("mute.test");
        using var user = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await WaitUntilRoutedAsync(backend, user);

        // 64 messages are the window that a hub assumes before the first grant.
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var uploading = UploadAsync(user, enough.Token);
        for (var count = 1; count < 64;)
        {
            var message = await backend.ReceiveAsync();
            Assert.NotNull(message);
            if (message is { Kind: WireKind.Binary, Payload: [0x01, ..] }) count++;
        }

        await ExpectSiblingServedAsync();
        await enough.CancelAsync();
        await uploading;
    }

    private async Task WaitUntilRoutedAsync(ScriptedBackend backend, Socket user)
    {
        // The edge hears of the route in its own time; until then it closes.
        for (var connect = backend.ReceiveAsync(); ;)
        {
            using var attempt = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await attempt.ConnectAsync(IPAddress.Loopback, system.RelayPort, Cancellation);
            await attempt.SendAsync("GET / HTTP/1.1\r\nHost: mute.test\r\n\r\n"u8.ToArray(), Cancellation);
            var closed = attempt.ReceiveAsync(new byte[1], Cancellation).AsTask();
            if (await Task.WhenAny(connect, closed).BoundedAsync() == connect) break;
        }

        await user.ConnectAsync(IPAddress.Loopback, system.RelayPort, Cancellation);
        await user.SendAsync("GET / HTTP/1.1\r\nHost: mute.test\r\n\r\n"u8.ToArray(), Cancellation);
    }

    private static async Task UploadAsync(Socket user, CancellationToken cancellationToken)
    {
        var block = new byte[64 * 1024];
        try
        {
            while (true) await user.SendAsync(block, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    private Task<ScriptedBackend> DialAsync() => ScriptedBackend.DialAsync(system.HubPort, system.HubAuthorityFile);

    private async Task<ScriptedBackend> LogInAsync(string name)
    {
        var backend = await DialAsync();
        await backend.LogInAsync(system.Secret, name);
        return backend;
    }

    private async Task ExpectCloseAsync(ScriptedBackend backend, int code, string word)
    {
        var close = await backend.ReceiveCloseAsync();
        Assert.Equal(code, close?.CloseCode);
        Assert.Contains(word, close?.CloseReason, StringComparison.OrdinalIgnoreCase);
        Assert.True(Encoding.UTF8.GetByteCount(close?.CloseReason ?? "") <= 123);
        await ExpectSiblingServedAsync();
    }

    private async Task ExpectSiblingServedAsync()
    {
        using var user = system.CreateUser();
        Assert.Equal(TestOrigin.Greeting, await user.GetStringAsync(new Uri($"https://app.test:{system.RelayPort}/"), Cancellation));
    }
}
