using System.Globalization;

namespace Grpc.Core.Wire;

/// <summary>The value of `grpc-timeout`: one to eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    private const long LargestNumber = 99_999_999;

    // The longest that a timer takes; a caller that asks for more than 49 days gets that.
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(uint.MaxValue - 2);

    public static TimeSpan Clamp(TimeSpan timeout) => timeout > s_longest ? s_longest : timeout;

    public static string Format(TimeSpan timeout)
    {
        var milliseconds = (long)Math.Ceiling(timeout.TotalMilliseconds);
        if (milliseconds <= LargestNumber) return milliseconds.ToString(CultureInfo.InvariantCulture) + "m";

        var seconds = Math.Min(milliseconds / 1000, LargestNumber);
        return seconds.ToString(CultureInfo.InvariantCulture) + "S";
    }

    public static bool TryParse(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9) return false;
        if (!int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;

        switch (text[^1])
        {
            case 'H': timeout = TimeSpan.FromHours(Math.Min(number, 1_000_000)); return true; // more overflows, and is a century
            case 'M': timeout = TimeSpan.FromMinutes((long)number); return true;
            case 'S': timeout = TimeSpan.FromSeconds((long)number); return true;
            case 'm': timeout = TimeSpan.FromMilliseconds((long)number); return true;
            case 'u': timeout = TimeSpan.FromMicroseconds((long)number); return true;
            case 'n': timeout = TimeSpan.FromTicks(number / TimeSpan.NanosecondsPerTick); return true;
            default: return false;
        }
    }
}
