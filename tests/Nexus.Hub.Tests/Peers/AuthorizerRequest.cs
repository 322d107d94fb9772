using System.Security.Cryptography.X509Certificates;

namespace Nexus.Hub.Tests.Peers;

/// <summary>A request as the authorizer saw it.</summary>
internal sealed record AuthorizerRequest(string Method, string Path, string? ContentType, string Body, X509Certificate2? ClientCertificate);
