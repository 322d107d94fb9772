using System.Buffers;
using System.Text;

namespace Nexus.Edge.Peeking;

/// <summary>What the request line (RFC 9112 §3) says, as positions relative to the line.</summary>
/// <param name="IsHttp10">Such a request may lack Host.</param>
/// <param name="IsConnect">The authority is the target of a CONNECT and must agree with Host.</param>
/// <param name="AuthorityStart">Where the target's authority begins.</param>
/// <param name="AuthorityLength">-1: the target has no authority.</param>
internal readonly record struct HttpRequestLine(bool IsHttp10, bool IsConnect, int AuthorityStart, int AuthorityLength)
{
    public const int MaxLength = 32_768; // four times what common servers take

    public static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    public bool HasAuthority => AuthorityLength >= 0;

    private static ReadOnlySpan<byte> AbsolutePrefix => "http://"u8;

    public static bool TryParse(ReadOnlySpan<byte> line, out HttpRequestLine request)
    {
        request = default;
        var methodEnd = line.IndexOf((byte)' ');
        if (methodEnd <= 0 || line.Length > MaxLength) return false;
        var method = line[..methodEnd];
        var target = line[(methodEnd + 1)..];
        var targetEnd = target.IndexOf((byte)' ');
        if (targetEnd <= 0 || method.ContainsAnyExcept(TokenBytes) || IsMiscased(method)) return false;

        var version = target[(targetEnd + 1)..];
        target = target[..targetEnd];
        if (target.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E)) return false;
        if (version.Length != 8 || !version.StartsWith("HTTP/1."u8) || version[7] is < (byte)'0' or > (byte)'9') return false;

        var isHttp10 = version[7] == '0';
        if (method.SequenceEqual("CONNECT"u8))
        {
            request = new(isHttp10, IsConnect: true, methodEnd + 1, target.Length);
            return true;
        }
        if (target[0] == '/' || (target is [(byte)'*'] && method.SequenceEqual("OPTIONS"u8)))
        {
            request = new(isHttp10, IsConnect: false, 0, -1);
            return true;
        }
        if (target.Length < AbsolutePrefix.Length || !Ascii.EqualsIgnoreCase(target[..AbsolutePrefix.Length], AbsolutePrefix)) return false;

        var authority = target[AbsolutePrefix.Length..];
        var end = authority.IndexOfAny((byte)'/', (byte)'?');
        request = new(isHttp10, IsConnect: false, methodEnd + 1 + AbsolutePrefix.Length, end < 0 ? authority.Length : end);
        return true;
    }

    /// <summary>Methods are case-sensitive (RFC 9110 §9.1); "get" is one that no server has.</summary>
    private static bool IsMiscased(ReadOnlySpan<byte> method)
    {
        if (!method.ContainsAnyInRange((byte)'a', (byte)'z')) return false;
        return Ascii.EqualsIgnoreCase(method, "GET"u8) || Ascii.EqualsIgnoreCase(method, "HEAD"u8) || Ascii.EqualsIgnoreCase(method, "POST"u8)
            || Ascii.EqualsIgnoreCase(method, "PUT"u8) || Ascii.EqualsIgnoreCase(method, "DELETE"u8) || Ascii.EqualsIgnoreCase(method, "OPTIONS"u8)
            || Ascii.EqualsIgnoreCase(method, "PATCH"u8) || Ascii.EqualsIgnoreCase(method, "CONNECT"u8) || Ascii.EqualsIgnoreCase(method, "TRACE"u8);
    }
}
