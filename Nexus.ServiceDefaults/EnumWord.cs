using System.Collections.Frozen;
using System.Text;

namespace Nexus.ServiceDefaults;

/// <summary>Enum members as snake_case words: the closed sets of metric tags, trailers and log fields.</summary>
public static class EnumWord
{
    /// <summary>The word of a member, e.g. "user_reset" for UserReset.</summary>
    /// <exception cref="KeyNotFoundException">There is no such member.</exception>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => Words<TEnum>.All[value];

    private static string ToWord(string name)
    {
        var word = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && word.Length > 0) word.Append('_');
            word.Append(char.ToLowerInvariant(letter));
        }

        return word.ToString();
    }

    private static class Words<TEnum>
        where TEnum : struct, Enum
    {
        public static FrozenDictionary<TEnum, string> All { get; } =
            Enum.GetValues<TEnum>().ToFrozenDictionary(value => value, value => ToWord(value.ToString()));
    }
}
