using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>Does with users what the test says; those that it takes hear their own words.</summary>
internal sealed class ScriptedReception(Func<OpenStream?, IByteChannel, CancellationToken, ValueTask<Reception>> open) : IStreamReception
{
    public TimeSpan LingerLimit => TimeSpan.FromSeconds(30);

    public ValueTask<Reception> OpenAsync(OpenStream? request, IByteChannel user, CancellationToken gone) => open(request, user, gone);

    public static Reception Echo(IByteChannel user) => Reception.Taken(new EchoStream(user));

    private sealed class EchoStream(IByteChannel user) : IReceivedStream
    {
        public long BytesFromUser { get; private set; }

        public long BytesToUser => BytesFromUser;

        public async Task<StreamOutcome> RunAsync(Task accepting, CancellationToken userGone)
        {
            await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!accepting.IsCompletedSuccessfully) return new("user_reset", IsOrderly: false, IsUserReset: true);
            BytesFromUser = await user.EchoAsync();
            return new("backend_ended", IsOrderly: true);
        }
    }
}
