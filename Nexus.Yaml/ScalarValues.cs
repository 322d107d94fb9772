using System.Globalization;
using System.Text.RegularExpressions;

namespace Nexus.Yaml;

/// <summary>What a scalar is as a number or a bool. Only unquoted scalars are either.</summary>
internal static partial class ScalarValues
{
    /// <summary>
    /// Integers in decimal, <c>0x</c>, <c>0b</c>, <c>0o</c> and octal with a leading zero, with underscores; and floats,
    /// whose fraction is dropped. Numbers beyond 32 bits become the nearest one: no key has a use for them.
    /// </summary>
    public static bool TryReadInt(SourceScalar scalar, out int value)
    {
        value = 0;
        if (!scalar.IsPlain) return false;
        var text = scalar.Text.Replace("_", "", StringComparison.Ordinal);
        var negative = text.StartsWith('-');
        var digits = text.TrimStart('-', '+');
        if (text.Length - digits.Length > 1 || digits.Length == 0) return false;
        if (!TryReadMagnitude(digits, out var magnitude)) return TryReadFloat(text, out value);
        if (magnitude > (negative ? (ulong)long.MaxValue + 1 : long.MaxValue)) return false;
        value = magnitude > int.MaxValue ? (negative ? int.MinValue : int.MaxValue) : (negative ? -(int)magnitude : (int)magnitude);
        return true;
    }

    public static bool TryReadBool(SourceScalar scalar, out bool value)
    {
        value = scalar.Text is "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "y" or "Y";
        return scalar.IsPlain
            && (value || scalar.Text is "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "n" or "N");
    }

    private static bool TryReadMagnitude(string digits, out ulong value)
    {
        value = 0;
        var numberBase = digits switch
        {
            ['0', 'x' or 'X', ..] => 16,
            ['0', 'b' or 'B', ..] => 2,
            ['0', 'o' or 'O', ..] => 8,
            ['0', _, ..] => 8,
            _ => 10,
        };
        var start = numberBase == 10 ? 0 : char.IsAsciiLetter(digits[1]) ? 2 : 1;
        if (start == digits.Length) return false;
        foreach (var digit in digits.AsSpan(start))
        {
            if (!char.IsAsciiHexDigit(digit)) return false;
            var number = Convert.ToInt32(digit.ToString(), 16);
            var next = (UInt128)value * (uint)numberBase + (uint)number;
            if (number >= numberBase || next > ulong.MaxValue) return false;
            value = (ulong)next;
        }

        return true;
    }

    private static bool TryReadFloat(string text, out int value)
    {
        value = 0;
        if (text is "-.inf" or "-.Inf" or "-.INF")
        {
            value = int.MinValue;
            return true;
        }

        if (!FloatText().IsMatch(text) || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return false;
        if (number >= long.MaxValue) return false;
        value = (int)Math.Clamp(Math.Truncate(number), int.MinValue, int.MaxValue);
        return true;
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex FloatText();
}
