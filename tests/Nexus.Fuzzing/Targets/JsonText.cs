using System.Globalization;
using System.Text;

namespace Nexus.Fuzzing.Targets;

/// <summary>JSON that is nearly what a message should be: its names with any kind of value.</summary>
internal static class JsonText
{
    public static byte[] Make(Random random, string[] names, string[] texts)
    {
        var json = new StringBuilder();
        AddObject(json, random, names, texts, 0);
        if (random.Next(12) == 0) json.Append(random.Next(2) == 0 ? "}" : " x");
        return Encoding.UTF8.GetBytes(json.ToString());
    }

    private static void AddObject(StringBuilder json, Random random, string[] names, string[] texts, int depth)
    {
        json.Append('{');
        var count = random.Next(9);
        for (var index = 0; index < count; index++)
        {
            var name = names[random.Next(names.Length)];
            json.Append('"').Append(random.Next(6) == 0 ? name.ToUpperInvariant() : name).Append("\":");
            AddValue(json, random, names, texts, depth + 1);
            if (index < count - 1 || random.Next(30) == 0) json.Append(',');
        }

        json.Append('}');
    }

    private static void AddValue(StringBuilder json, Random random, string[] names, string[] texts, int depth)
    {
        switch (random.Next(depth > 6 ? 7 : 10))
        {
            case 0: json.Append(random.Next(2) == 0 ? "true" : "false"); break;
            case 1: json.Append("null"); break;
            case 2: json.Append(random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture)); break;
            case 3: json.Append(random.Next(2) == 0 ? "1.5e300" : "-0"); break;
            case 4: json.Append(random.Next(100)); break;
            case 5: json.Append("\"\\ud800\\u0000\\n\u00FC\""); break;
            case 6: json.Append('"').Append(texts[random.Next(texts.Length)]).Append('"'); break;
            case 7: AddArray(json, random, names, texts, depth); break;
            case 8: json.Append('[', random.Next(1, 80)); break;
            default: AddObject(json, random, names, texts, depth); break;
        }
    }

    private static void AddArray(StringBuilder json, Random random, string[] names, string[] texts, int depth)
    {
        json.Append('[');
        var count = random.Next(12);
        for (var index = 0; index < count; index++)
        {
            AddValue(json, random, names, texts, depth + 1);
            if (index < count - 1) json.Append(',');
        }

        json.Append(']');
    }
}
