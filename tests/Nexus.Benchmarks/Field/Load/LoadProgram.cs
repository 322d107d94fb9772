using System.Net.Sockets;

namespace Nexus.Benchmarks.Field.Load;

/// <summary><c>field-load PLAN</c>: does what the plan (JSON) says and prints what it found.</summary>
internal static class LoadProgram
{
    /// <summary>Printed by loads that stay, once they are there.</summary>
    public const string Ready = "ready";

    public static async Task<int> RunAsync(string json, TextWriter output)
    {
        var plan = LoadPlan.Parse(json);
        using var stop = new StopRequest();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(plan.LimitSeconds));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, limit.Token);
        await output.WriteLineAsync((await TryRunAsync(plan, stop.Token, either.Token)).ToString());
        return 0;
    }

    private static async Task<LoadResult> TryRunAsync(LoadPlan plan, CancellationToken held, CancellationToken cancellationToken)
    {
        try
        {
            return await (plan.Kind switch
            {
                LoadKind.Down or LoadKind.Up => new BulkLoad(plan).RunAsync(cancellationToken),
                LoadKind.Connect or LoadKind.ConnectTls => new ConnectLoad(plan).RunAsync(cancellationToken),
                LoadKind.Latency => new LatencyLoad(plan).RunAsync(cancellationToken),
                _ => new HeldLoad(plan).RunAsync(held, cancellationToken),
            });
        }
        catch (Exception ex) when (ex is SocketException or OperationCanceledException)
        {
            return new() { Failures = plan.Users, Errors = [$"No connection: {ex.Message}"] };
        }
    }
}
