namespace Nexus.Demo.Origin;

internal static class Greeting
{
    public static string Write(HttpContext context, OriginCertificate certificate) =>
        $"""
        Hello from the demo origin.
        You asked for {context.Request.Scheme}://{context.Request.Host}{context.Request.Path} with {context.Request.Protocol}.
        {(context.Request.IsHttps ? $"TLS ended here, with the certificate {certificate.Fingerprint}." : "This request was not encrypted.")}

        """;
}
