namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>What follows from a file's values without standing in it.</summary>
internal static class NodeDefaults
{
    private const int Http = 80;
    private const int Off = -1;
    private const int FirstByteSeconds = 15;
    private const int AbsoluteMaxSeconds = 30;

    /// <summary>The values as services use them: one port for plain HTTP, which is no relay port; no wait longer than the whole peek.</summary>
    public static NodeValues Complete(NodeValues read)
    {
        var values = read.Copy();
        SplitPorts(values);
        ClampFirstByte(values);
        return values;
    }

    private static void SplitPorts(NodeValues values)
    {
        if (!values.Has(NodeSchema.RelayPorts)) return;
        var ports = values.Numbers(NodeSchema.RelayPorts);
        // A node with nothing but port 80 relays it as any other: its names are read from the first bytes there, too.
        var standard = ports.Count > 1 && ports.Contains(Http) ? Http : Off;
        var plain = values.Number(NodeSchema.PlainHttpPort, standard);
        values.Set(NodeSchema.PlainHttpPort, plain);
        if (plain > 0 && ports.Count > 1) values.Set(NodeSchema.RelayPorts, ports.Where(port => port != plain).ToList());
    }

    /// <summary>The original clamps the first at run time when only one of the two is given.</summary>
    private static void ClampFirstByte(NodeValues values)
    {
        var longest = values.Number(NodeSchema.AbsoluteMax, AbsoluteMaxSeconds);
        if (values.Number(NodeSchema.FirstByte, FirstByteSeconds) > longest) values.Set(NodeSchema.FirstByte, longest);
    }
}
