using System.Globalization;
using Nexus.Testing;

namespace StandIns.Grpc.Tests;

/// <summary>grpcio as the server.</summary>
internal sealed class PythonPeer : IEchoPeer
{
    private readonly RealProcess _process;

    private PythonPeer(RealProcess process, int port)
    {
        _process = process;
        Address = $"http://127.0.0.1:{port}";
    }

    public string Address { get; }

    public static string PathOf(string script) => RepositoryRoot.PathOf("tests", "StandIns.Grpc.Tests", "Peers", script);

    public static async Task<PythonPeer> StartAsync()
    {
        var python = DebianProgram.SkipUnlessPythonModule("grpc", "python3-grpcio");
        var process = RealProcess.Start(python, [PathOf("echo_server.py")]);
        var line = await process.WaitForLineAsync(text => text.StartsWith("port ", StringComparison.Ordinal)).BoundedAsync();
        return new PythonPeer(process, int.Parse(line.Text["port ".Length..], CultureInfo.InvariantCulture));
    }

    public Task CancelledAsync() => _process.WaitForLineAsync("cancelled");

    public Task StartedAsync() => _process.WaitForLineAsync("waiting");

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
