using System.Buffers;
using System.IO.Pipelines;
using Nexus.Acme.Challenges;
using Nexus.Protocol.Tls;

namespace Nexus.Client.Tls;

/// <summary>What decides about a user's handshake, found in the ClientHello. The bytes stay where they are, for the handshake.</summary>
/// <param name="Failure">Null when it is one.</param>
/// <param name="AsksForProof">An authority that wants to see the proof of the name (RFC 8737 §3), and nothing else.</param>
/// <param name="OffersHttp">HTTP/1.1 is among the application protocols.</param>
internal readonly record struct UserHello(TlsFailure? Failure, bool AsksForProof = false, bool OffersHttp = false)
{
    private const byte Handshake = 22;
    private const int HeaderSize = 5;
    private const int MaxRecord = 16 * 1024;
    private static readonly byte[] s_proof = [.. ChallengeAnswer.AlpnProtocol.Select(c => (byte)c)];

    /// <summary>Waits for the first record, of which a hello of the usual size is all; what comes after it is left to the handshake.</summary>
    public static async ValueTask<UserHello> ReadAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (TryParse(read.Buffer, out var hello) || read.IsCompleted)
            {
                input.AdvanceTo(read.Buffer.Start);
                return hello;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <returns>False when more is needed.</returns>
    private static bool TryParse(ReadOnlySequence<byte> bytes, out UserHello hello)
    {
        hello = new(TlsFailure.UserLeft);
        Span<byte> header = stackalloc byte[HeaderSize];
        var present = (int)Math.Min(HeaderSize, bytes.Length);
        bytes.Slice(0, present).CopyTo(header);
        if ((present > 0 && header[0] != Handshake) || (present > 1 && header[1] != 3))
        {
            hello = new(TlsFailure.NotTls);
            return true;
        }

        if (present < HeaderSize) return false;
        var size = HeaderSize + (header[3] << 8 | header[4]);
        if (size > HeaderSize + MaxRecord)
        {
            hello = new(TlsFailure.NotTls);
            return true;
        }

        if (bytes.Length < size) return false;
        hello = Parse(bytes.Slice(0, size), size);
        return true;
    }

    private static UserHello Parse(ReadOnlySequence<byte> record, int size)
    {
        if (record.IsSingleSegment) return Parse(record.FirstSpan);
        var copy = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            record.CopyTo(copy);
            return Parse(copy.AsSpan(0, size));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    // An authority offers its protocol alone.
    private static UserHello Parse(ReadOnlySpan<byte> record) => new(
        null,
        ClientHelloAlpn.TryFindFirst(record, out var first) && first.SequenceEqual(s_proof),
        ClientHelloAlpn.Offers(record, "http/1.1"u8));
}
