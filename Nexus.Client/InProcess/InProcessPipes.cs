using System.IO.Pipelines;

namespace Nexus.Client.InProcess;

/// <summary>The two pipes between a session's stream and this application: here the session's end of them.</summary>
internal sealed class InProcessPipes : IDuplexPipe
{
    /// <summary>Bytes that one side may be ahead of the other: a few frames.</summary>
    private const int Room = 64 * 1024;

    private static readonly PipeOptions s_options = new(pauseWriterThreshold: Room, resumeWriterThreshold: Room / 2, useSynchronizationContext: false);

    private readonly Pipe _toApplication = new(s_options);
    private readonly Pipe _fromApplication = new(s_options);

    public PipeReader Input => _fromApplication.Reader;

    public PipeWriter Output => _toApplication.Writer;

    /// <summary>Where the application's bytes go in.</summary>
    public PipeWriter ApplicationOutput => _fromApplication.Writer;

    /// <summary>Where the application's bytes come from.</summary>
    public PipeReader ApplicationInput => _toApplication.Reader;

    /// <summary>The application's end; one only.</summary>
    public InProcessStream CreateStream() => new(_toApplication.Reader, _fromApplication.Writer);
}
