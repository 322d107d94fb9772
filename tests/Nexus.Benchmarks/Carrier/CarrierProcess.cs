using System.Diagnostics;
using System.Globalization;
using Nexus.ServiceDefaults;

namespace Nexus.Benchmarks.Carrier;

/// <summary>One end in a process of its own: this program, started again. It lives as long as its standard input is open.</summary>
internal sealed class CarrierProcess : IAsyncDisposable
{
    private readonly Process _process;

    private CarrierProcess(Process process, string address) => (_process, Address) = (process, address);

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>Starts an end and waits until it listens.</summary>
    public static async Task<CarrierProcess> StartAsync(params string[] arguments)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("The program's path is not known.");
        var start = new ProcessStartInfo(program, ["carrier-end", .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var address = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"The end {arguments[0]} ended at once.");
        return new(process, address);
    }

    /// <summary>The process's figures from its start until now.</summary>
    public async Task<CarrierFigures> AskAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The end has ended.");
        var parts = line.Split(' ');
        return new(
            double.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture), long.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>The other process's main: says where it listens, then answers each line until the input ends.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["edge", var hub])
        {
            GrpcDefaults.BoundClientWindows(); // as every service does
            await using var edge = new CarrierEdgeEnd(hub);
            await AnswerAsync(string.Create(CultureInfo.InvariantCulture, $"{edge.Start()}"));
        }
        else
        {
            await using var app = await CarrierHubEnd.StartAsync();
            await AnswerAsync(app.Urls.Single());
        }

        return 0;
    }

    private static async Task AnswerAsync(string address)
    {
        await Console.Out.WriteLineAsync(address);
        while (await Console.In.ReadLineAsync() is not null)
        {
            var seconds = Environment.CpuUsage.TotalTime.TotalSeconds;
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{seconds:0.0000} {GC.GetTotalAllocatedBytes()} {CarrierHubEnd.Moved}"));
        }
    }
}
