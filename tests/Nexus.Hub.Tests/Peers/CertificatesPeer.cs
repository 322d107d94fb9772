using Grpc.Core;
using Nexus.Contracts.Certs.V1;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Peers;

/// <summary>Gives out certificates as Certs does.</summary>
internal sealed class CertificatesPeer : Contracts.Certs.V1.Certificates.CertificatesBase
{
    private readonly Lock _gate = new();
    private CertificateBundle _current = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The chain that is given out.</summary>
    public string Current
    {
        get { lock (_gate) return _current.ChainPem; }
    }

    public void Use(TestCertificatePem certificate) => Use(certificate.Certificate, certificate.PrivateKey);

    public void Use(string chain, string key)
    {
        lock (_gate)
        {
            _current = new() { ChainPem = chain, PrivateKeyPem = key, Generation = _current.Generation + 1 };
            _changed.SetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public override async Task Watch(WatchCertificateRequest request, IServerStreamWriter<CertificateBundle> responseStream, ServerCallContext context)
    {
        Assert.Equal(CertificatePurpose.Hub, request.Purpose);
        while (true)
        {
            CertificateBundle current;
            Task changed;
            lock (_gate) (current, changed) = (_current, _changed.Task);
            await responseStream.WriteAsync(current, context.CancellationToken);
            await changed.WaitAsync(context.CancellationToken);
        }
    }
}
