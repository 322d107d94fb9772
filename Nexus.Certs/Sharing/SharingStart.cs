using Microsoft.Extensions.Options;

namespace Nexus.Certs.Sharing;

/// <summary>Waits for Redis before anything of Certs starts, and looks whether this Certs has the right key.</summary>
internal sealed class SharingStart(SharedEntries entries, TimeProvider time, ILogger<SharingStart> logger) : IHostedLifecycleService
{
    private const string Name = "seal";

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        for (var isTold = false; ; await Task.Delay(s_pause, time, cancellationToken))
        {
            try
            {
                // The first one seals it; the others open it.
                await entries.TryCreateAsync(Name, Name, lifetime: null, cancellationToken);
                await entries.TryReadAsync(Name, cancellationToken);
                return;
            }
            catch (SharedStoreException e)
            {
                if (!isTold) SharingLog.Waiting(logger, e.Message);
                isTold = true;
            }
            catch (WrongSealingKeyException e)
            {
                throw new OptionsValidationException(Options.DefaultName, typeof(SharingOptions), [$"{nameof(SharingOptions.KeyFile)}: {e.Message}"]);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
