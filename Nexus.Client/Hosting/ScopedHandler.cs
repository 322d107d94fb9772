using Microsoft.Extensions.DependencyInjection;
using Nexus.Client.InProcess;
using Nexus.Client.LocalRouting;

namespace Nexus.Client.Hosting;

/// <summary>Asks a handler of the host's, in a scope of its own for each user.</summary>
internal static class ScopedHandler
{
    public static NexusConnectHandler Create<THandler>(IServiceProvider provider)
        where THandler : class, INexusConnectHandler => async (request, cancellationToken) =>
    {
        var scope = provider.CreateAsyncScope();
        var isKept = false;
        try
        {
            var handler = scope.ServiceProvider.GetService<THandler>() ?? ActivatorUtilities.CreateInstance<THandler>(scope.ServiceProvider);
            var result = await handler.ConnectAsync(request, cancellationToken).ConfigureAwait(false);
            var kept = Keep(result, scope);
            isKept = kept is not null;
            return kept ?? result;
        }
        finally
        {
            if (!isKept) await scope.DisposeAsync().ConfigureAwait(false);
        }
    };

    /// <returns>Null when nothing of the scope is needed any more.</returns>
    private static NexusConnectResult? Keep(NexusConnectResult result, AsyncServiceScope scope) => result switch
    {
        NexusConnectResult.ChannelResult made => NexusConnectResult.FromChannel(new OwningChannel(made.Channel, scope)),
        NexusConnectResult.DatagramsResult made => NexusConnectResult.FromDatagrams(new OwningDatagrams(made.Channel, scope)),
        NexusConnectResult.RunResult run => NexusConnectResult.Run((stream, ended) => ServeAsync(run, stream, scope, ended)),
        _ => null,
    };

    private static async Task ServeAsync(NexusConnectResult.RunResult run, Stream stream, AsyncServiceScope scope, CancellationToken ended)
    {
        await using (scope.ConfigureAwait(false))
        {
            await run.ServeAsync(stream, ended).ConfigureAwait(false);
        }
    }
}
