using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text;
using Nexus.Protocol.Backend.Signatures;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Backend.Signatures;

public sealed class Ed25519Tests
{
    private static readonly BigInteger s_p = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger s_order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);

    [Theory] // RFC 8032 §7.1, tests 1 to 3
    [InlineData("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "", "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72", "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82", "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void Verify_VectorOfTheRfc_IsGenuineAndWithABitFlippedIsNot(string key, string message, string signature)
    {
        var signed = Convert.FromHexString(message);
        var genuine = Convert.FromHexString(signature);
        Assert.True(Verify(Convert.FromHexString(key), signed, genuine));
        for (var bit = 0; bit < genuine.Length * 8; bit += 5)
        {
            var forged = genuine.ToArray();
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Verify(Convert.FromHexString(key), signed, forged));
        }

        Assert.False(Verify(Convert.FromHexString(key), [.. signed, 0], genuine));
    }

    [Fact] // RFC 8037 §A.4
    public void Verify_SignatureOfTheJoseRfc_IsGenuine() => Assert.True(Verify(
        Base64Url.DecodeFromChars("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
        Encoding.ASCII.GetBytes("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"),
        Base64Url.DecodeFromChars("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")));

    [Fact]
    public void Verify_SameSignatureWithUnreducedS_IsRefused()
    {
        var key = Convert.FromHexString("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        var signature = Convert.FromHexString("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
        var s = new BigInteger(signature.AsSpan(32), isUnsigned: true) + s_order;
        Assert.True(s.TryWriteBytes(signature.AsSpan(32), out var written, isUnsigned: true));
        Assert.Equal(32, written);
        Assert.False(Verify(key, [0x72], signature));
    }

    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")] // the neutral element
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // order 2
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")] // order 4
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")] // order 8
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // 1, not reduced
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000")] // no point
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080")] // x = 0 with a sign
    [InlineData("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f70751")] // too short
    public void TryReadKey_KeyThatNobodyMakes_IsRefused(string key) => Assert.False(Ed25519.TryReadKey(Convert.FromHexString(key), out _));

    [Fact]
    public void Field_RandomAndExtremeNumbers_AgreesWithBigInteger()
    {
        var random = new Random(8032);
        var bytes = new byte[32];
        BigInteger[] extremes = [0, 1, 19, 37, 38, 39, s_p - 1, (s_p - 1) / 2, ulong.MaxValue, BigInteger.Pow(2, 64), BigInteger.Pow(2, 192) - 1, s_p - 38, s_p - 39];
        BigInteger Next(int index)
        {
            if (index % 3 == 0) return extremes[random.Next(extremes.Length)];
            random.NextBytes(bytes);
            return new BigInteger(bytes, isUnsigned: true) % s_p;
        }

        for (var i = 0; i < 20_000; i++)
        {
            var (a, b) = (Next(i), Next(i / 2));
            var (x, y) = (ToField(a), ToField(b));
            Assert.Equal((a + b) % s_p, FromField(x + y));
            Assert.Equal((a - b + s_p) % s_p, FromField(x - y));
            Assert.Equal(a * b % s_p, FromField(x * y));
            // Unreduced intermediate values too.
            Assert.Equal((((a + b) * (a - b)) + (s_p * s_p)) % s_p, FromField((x + y) * (x - y)));
        }
    }

    [Fact]
    public async Task Verify_SignaturesOfOpenSsl_AreGenuine()
    {
        var program = DebianProgram.SkipUnlessInstalled("openssl");
        using var folder = new TemporaryFolder();
        var cancellation = TestContext.Current.CancellationToken;
        for (var i = 0; i < 5; i++)
        {
            await OpenSslAsync(program, $"genpkey -algorithm ed25519 -out {folder.PathOf("key")}");
            await OpenSslAsync(program, $"pkey -in {folder.PathOf("key")} -pubout -outform DER -out {folder.PathOf("public")}");
            var message = Encoding.ASCII.GetBytes(new string('m', 1 + (i * 100)));
            await File.WriteAllBytesAsync(folder.PathOf("message"), message, cancellation);
            await OpenSslAsync(program, $"pkeyutl -sign -rawin -inkey {folder.PathOf("key")} -in {folder.PathOf("message")} -out {folder.PathOf("signature")}");
            var key = (await File.ReadAllBytesAsync(folder.PathOf("public"), cancellation))[^32..];
            var signature = await File.ReadAllBytesAsync(folder.PathOf("signature"), cancellation);
            Assert.True(Verify(key, message, signature));
            Assert.False(Verify(key, [.. message, 1], signature));
        }
    }

    private static async Task OpenSslAsync(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        Assert.NotNull(process);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private static bool Verify(byte[] key, byte[] message, byte[] signature) =>
        Ed25519.TryReadKey(key, out var point) && Ed25519.Verify(point, key, message, signature);

    private static Field25519 ToField(BigInteger number)
    {
        var bytes = new byte[32];
        number.TryWriteBytes(bytes, out _, isUnsigned: true);
        Assert.True(Field25519.TryRead(bytes, out var field));
        return field;
    }

    private static BigInteger FromField(Field25519 field)
    {
        var bytes = new byte[32];
        field.Write(bytes);
        return new BigInteger(bytes, isUnsigned: true);
    }
}
