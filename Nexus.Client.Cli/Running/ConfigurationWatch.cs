using Nexus.Client.Cli.Configuration;
using Nexus.Yaml;

namespace Nexus.Client.Cli.Running;

/// <summary>
/// Notices that the file has changed, by reading it: works for files that are replaced, linked or mounted, and a file that is
/// being written is waited for until two readings agree.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="signal">Makes it read at once, even when it has not changed.</param>
/// <param name="present">What was read at the start.</param>
internal sealed class ConfigurationWatch(string path, ReloadSignal signal, string present)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private string _known = present;
    private string? _seen; // differs from what is known, and is looked at once more

    /// <summary>The next content that differs, or that was asked for, good or bad.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async Task<BackendsFile> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var isAsked = await signal.WaitAsync(s_interval, cancellationToken);
            var content = SourceFile.TryRead(path, out var text, out var problem) ? text : problem.Format(path);
            var isStable = content == _seen;
            _seen = content == _known ? null : content;
            if (isAsked || (isStable && content != _known))
            {
                (_known, _seen) = (content, null);
                return text is not null ? BackendsFileReader.Parse(text) : BackendsFileReader.Load(path);
            }
        }
    }
}
