using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Nexus.Acme.Certificates;

namespace Nexus.Client.Tls;

/// <summary>A certificate from PEM files, read again when they change. What cannot be used is told, and the former one stays.</summary>
internal sealed class FileCertificates : IServerCertificates
{
    /// <summary>The files are looked at when a user comes, at most so often.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    private readonly string _certificateFile;
    private readonly string _keyFile;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private ServerCertificate? _current;
    private (DateTime Certificate, long CertificateSize, DateTime Key, long KeySize) _seen;
    private bool _isUsable;
    private long _lookedAt;

    public FileCertificates(string certificateFile, string keyFile, ILogger logger, TimeProvider time)
    {
        (_certificateFile, _keyFile, _logger, _time) = (certificateFile, keyFile, logger, time);
        lock (_lock) Look();
    }

    public ServerCertificate? Find(string hostname)
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _lookedAt)) < s_interval || !_lock.TryEnter()) return Volatile.Read(ref _current);
        try
        {
            Look();
            return _current;
        }
        finally
        {
            _lock.Exit();
        }
    }

    private void Look()
    {
        Volatile.Write(ref _lookedAt, _time.GetTimestamp());
        var (certificate, key) = (new FileInfo(_certificateFile), new FileInfo(_keyFile));
        var found = (certificate.LastWriteTimeUtc, certificate.Exists ? certificate.Length : -1, key.LastWriteTimeUtc, key.Exists ? key.Length : -1);
        var isNew = found != _seen;
        // The two may be replaced one after the other: while they do not fit, every look is another attempt.
        if (!isNew && _isUsable) return;
        _seen = found;
        try
        {
            Volatile.Write(ref _current, Load());
            _isUsable = true;
            TlsLog.FilesLoaded(_logger, _current?.NotAfter ?? default);
        }
        catch (Exception ex) when (ex is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            _isUsable = false;
            if (isNew) TlsLog.FilesUnusable(_logger, _certificateFile, _keyFile, ex.Message);
        }
    }

    private ServerCertificate Load()
    {
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(_certificateFile);
        var certificate = UsableCertificate.Of(X509Certificate2.CreateFromPemFile(_certificateFile, _keyFile));
        if (chain.Count > 0) chain.RemoveAt(0);
        return ServerCertificate.ForUsers(certificate, chain);
    }
}
