using System.Runtime.InteropServices;

namespace Nexus.Protocol.Tests.Channels.Polling;

/// <summary>dup(2).</summary>
internal static partial class NativeDuplicate
{
    /// <summary>Another descriptor of the same open file; negative on failure.</summary>
    public static int Of(int descriptor) => dup(descriptor);

    [LibraryImport("libc")]
    private static partial int dup(int descriptor);
}
