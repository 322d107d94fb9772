using System.Text;
using Nexus.Testing;

namespace StandIns.Aspire.Tests;

internal sealed class ObservedWriter(ObservedList<string> lines) : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void WriteLine(string? value) => lines.Add(value ?? "");
}
