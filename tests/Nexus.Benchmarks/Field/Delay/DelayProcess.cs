using System.Globalization;
using Nexus.Testing;

namespace Nexus.Benchmarks.Field.Delay;

/// <summary>A line of some round trip to a port of this machine, in a process of its own.</summary>
internal sealed class DelayProcess : IAsyncDisposable
{
    private readonly RealProcess _process;

    private DelayProcess(RealProcess process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>Where the line begins.</summary>
    public int Port { get; }

    public static async Task<DelayProcess> StartAsync(int target, TimeSpan roundTrip, CancellationToken cancellationToken)
    {
        var milliseconds = (roundTrip / 2).TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
        var process = FieldProcess.Start("field-delay", target.ToString(CultureInfo.InvariantCulture), milliseconds);
        var line = await process.WaitForLineAsync(DelayProgram.Listening, cancellationToken);
        return new(process, int.Parse(line.Text.AsSpan(DelayProgram.Listening.Length), CultureInfo.InvariantCulture));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
