using System.Net;
using Xunit;

namespace Nexus.Testing;

/// <summary>One of our services as a process of its own, which can be killed and started again at the same addresses.</summary>
/// <param name="project">Its name, e.g. Nexus.Hub.</param>
/// <param name="settings">Environment variables; null removes one.</param>
/// <param name="assembly">As the build made it beside the tests when null.</param>
public sealed class ServiceProcess(string project, IReadOnlyDictionary<string, string?> settings, string? assembly = null) : IAsyncDisposable
{
    private readonly FreePort _http = FreePort.Reserve();
    private readonly FreePort _grpc = FreePort.Reserve();
    private readonly List<RealProcess> _lives = [];
    private RealProcess? _process;

    /// <summary>The project's.</summary>
    public string Name => project;

    /// <summary>Whether it is called over mutual TLS.</summary>
    public bool IsSecure { get; init; }

    /// <summary>Whether other hosts reach its port for people.</summary>
    public bool IsOpen { get; init; }

    public string GrpcAddress => $"{(IsSecure ? "https" : "http")}://127.0.0.1:{_grpc.Port}";

    /// <summary>For people: health and the like.</summary>
    public string HttpAddress => $"http://127.0.0.1:{_http.Port}";

    public RealProcess Process => _process ?? throw new InvalidOperationException($"{project} was not started.");

    /// <summary>All that it printed, also before it was killed and started again.</summary>
    public string Output => string.Join('\n', _lives.Select(life => life.Output));

    /// <summary>The program that the build made beside the tests, in the same configuration.</summary>
    public static string PathOf(string project, string? assembly = null) =>
        RepositoryRoot.PathOf("artifacts", "bin", project, Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), (assembly ?? project) + ".dll");

    public void Start()
    {
        _process = RealProcess.StartDotnet(assembly ?? PathOf(project), [], new Dictionary<string, string?>(settings)
        {
            ["Kestrel__Endpoints__Http__Url"] = $"http://{(IsOpen ? "0.0.0.0" : "127.0.0.1")}:{_http.Port}",
            ["Kestrel__Endpoints__Grpc__Url"] = GrpcAddress,
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = settings.GetValueOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT"),
        });
        _lives.Add(_process);
    }

    /// <summary>Waits until it says that it may get work.</summary>
    public async Task WaitUntilHealthyAsync()
    {
        using var user = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(HttpAddress) };
        await Eventually.SucceedsAsync(
            async () => (await user.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.OK,
            () => $"{project} never became healthy. It printed:\n{Process.Output}");
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await Process.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _http.Dispose();
        _grpc.Dispose();
    }
}
