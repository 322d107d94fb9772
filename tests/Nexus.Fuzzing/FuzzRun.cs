using System.Diagnostics;

namespace Nexus.Fuzzing;

/// <summary>Feeds a target with generated and mutated inputs, and checks each: no exception, no hang, no amplification.</summary>
/// <remarks>The inputs follow from the seed alone. Time and memory are the best of three, so that the machine's noise is not the parser's.</remarks>
public sealed class FuzzRun(FuzzTarget target, int count, int seed)
{
    /// <summary>After so many the run ends: more say nothing new.</summary>
    public const int MaxFailures = 5;

    /// <summary>Longest time one input may take.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan s_stuck = TimeSpan.FromSeconds(20);

    private readonly List<FuzzFailure> _failures = [];
    private byte[] _current = [];
    private int _index;
    private long _bytes;
    private double _worstMilliseconds;
    private double _worstAmplification;

    /// <summary>Runs all inputs. An input that never comes back is reported too; its thread is left behind.</summary>
    public FuzzReport Run()
    {
        var started = Stopwatch.GetTimestamp();
        using var done = new ManualResetEventSlim();
        var thread = new Thread(() => { ParseAll(); done.Set(); }) { IsBackground = true, Name = $"fuzz {target.Name}" };
        thread.Start();
        for (var seen = -1; !done.Wait(s_stuck);)
        {
            var index = Volatile.Read(ref _index);
            if (index == seen) return Report(started, [new(index, $"did not come back within {s_stuck.TotalSeconds:0} s", Volatile.Read(ref _current))]);
            seen = index;
        }

        return Report(started, _failures);
    }

    private FuzzReport Report(long started, IReadOnlyList<FuzzFailure> failures) =>
        new(target, _index, _bytes, Stopwatch.GetElapsedTime(started), _worstMilliseconds, _worstAmplification, failures);

    private void ParseAll()
    {
        // Caches, pools and the compiler are not the input's cost.
        foreach (var input in target.Seeds) Measure(input);
        _worstMilliseconds = _worstAmplification = 0;

        var random = new Random(seed);
        var mutator = new Mutator(random, target.Seeds);
        for (; _index < count && _failures.Count < MaxFailures; Volatile.Write(ref _index, _index + 1))
        {
            var input = random.Next(3) == 0 ? target.Generate(random) : mutator.Next();
            if (random.Next(4) == 0) input = mutator.Mutate(input);
            if (input.Length > target.MaxInput) input = input[..target.MaxInput];
            Volatile.Write(ref _current, input);
            _bytes += input.Length;
            if (Measure(input) is { } promise) _failures.Add(new(_index, promise, input));
        }
    }

    private string? Measure(byte[] input)
    {
        var (milliseconds, allocated) = (double.MaxValue, long.MaxValue);
        var allowed = Math.Max(target.FreeBytes, (long)input.Length * target.MaxAmplification);
        for (var attempt = 0; attempt < 3 && (milliseconds > MaxTime.TotalMilliseconds || allocated > allowed); attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            if (Throws(input) is { } thrown) return thrown;
            milliseconds = Math.Min(milliseconds, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        _worstMilliseconds = Math.Max(_worstMilliseconds, milliseconds);
        if (allocated > target.FreeBytes) _worstAmplification = Math.Max(_worstAmplification, allocated / (double)Math.Max(1, input.Length));
        if (milliseconds > MaxTime.TotalMilliseconds) return $"took {milliseconds:0} ms";
        return allocated > allowed ? $"allocated {allocated} bytes" : null;
    }

    private string? Throws(byte[] input)
    {
        try
        {
            target.Parse(input);
            return null;
        }
#pragma warning disable CA1031 // Whatever a parser throws is a finding.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            return ex.ToString();
        }
    }
}
