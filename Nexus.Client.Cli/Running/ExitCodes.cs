namespace Nexus.Client.Cli.Running;

/// <summary>What the command's exit status says.</summary>
internal static class ExitCodes
{
    /// <summary>Stopped by a signal, or there was nothing to run (<c>--check</c> found no error).</summary>
    public const int Stopped = 0;

    /// <summary>The configuration is wrong.</summary>
    public const int Configuration = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>A second signal came before the client had stopped.</summary>
    public const int Interrupted = 130;
}
