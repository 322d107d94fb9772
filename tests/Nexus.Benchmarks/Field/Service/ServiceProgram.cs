using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Nexus.Testing;

namespace Nexus.Benchmarks.Field.Service;

/// <summary><c>field-service</c>: the service behind the tunnel, until it is told to stop. Prints its two ports.</summary>
internal static class ServiceProgram
{
    public const string Listening = "listening ";
    private const int Backlog = 4096;

    public static async Task<int> RunAsync(TextWriter output)
    {
        using var certificates = new TestCertificates();
        using var certificate = certificates.Issue(FieldNames.Tls);
        var tlsOptions = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null),
            AllowTlsResume = false,
        };
        using var stop = new StopRequest();
        using var raw = Listen();
        using var tls = Listen();
        await output.WriteLineAsync($"{Listening}{PortOf(raw)} {PortOf(tls)}");
        var accepting = Task.WhenAll(
            AcceptAsync(raw, ServiceConnection.ServeAsync, stop.Token),
            AcceptAsync(tls, socket => TlsConnection.ServeAsync(socket, tlsOptions), stop.Token));
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }

    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(Backlog);
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint?)socket.LocalEndPoint)?.Port ?? 0;

    private static async Task AcceptAsync(Socket listener, Func<Socket, Task> serve, CancellationToken cancellationToken)
    {
        HashSet<Task> serving = [];
        while (true)
        {
            var task = serve(await listener.AcceptAsync(cancellationToken));
            if (!task.IsCompleted) serving.Add(task);
            if (serving.Count % 1024 == 1023) serving.RemoveWhere(each => each.IsCompleted);
        }
    }
}
