namespace Nexus.Acme.Transport;

/// <summary>What a request asks for; decides the media type that is accepted and how long the body may be.</summary>
internal enum AnswerKind
{
    /// <summary>Headers only; a body is read and thrown away, within a small limit.</summary>
    Nothing,

    /// <summary>A JSON object.</summary>
    Json,

    /// <summary>A certificate chain as PEM (RFC 8555 §9.1).</summary>
    Chain,
}
