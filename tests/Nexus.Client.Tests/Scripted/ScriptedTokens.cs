using System.Threading.Channels;
using Nexus.Testing;

namespace Nexus.Client.Tests.Scripted;

/// <summary>A token provider that answers when, and what, the test says.</summary>
internal sealed class ScriptedTokens : INexusTokenProvider
{
    private readonly Channel<Func<NexusToken>> _answers = Channel.CreateBounded<Func<NexusToken>>(64);
    private readonly ObservedList<NexusTokenRequest> _asked = new();
    private readonly ObservedList<(NexusTokenStage Stage, string? Reason)> _rejected = new();

    public IReadOnlyList<NexusTokenRequest> Asked => _asked.Items;

    public void Answer(params NexusToken[] tokens)
    {
        foreach (var token in tokens) Assert.True(_answers.Writer.TryWrite(() => token));
    }

    public void Fail(Exception error) => Assert.True(_answers.Writer.TryWrite(() => throw error));

    public Task<NexusTokenRequest> AskedAsync(NexusTokenStage stage, int times = 1) =>
        _asked.WaitForAsync(asked => asked.Where(request => request.Stage == stage).Skip(times - 1).FirstOrDefault(), () => $"Never asked for {stage}.", CancellationToken.None);

    public Task RejectedAsync(NexusTokenStage stage) =>
        _rejected.WaitForAsync(rejected => rejected.Any(entry => entry.Stage == stage) ? rejected : null, () => $"No rejection of {stage}.", CancellationToken.None);

    public async ValueTask<NexusToken> GetTokenAsync(NexusTokenRequest request, CancellationToken cancellationToken)
    {
        _asked.Add(request);
        return (await _answers.Reader.ReadAsync(cancellationToken))();
    }

    public void Rejected(NexusTokenStage stage, string? reason) => _rejected.Add((stage, reason));
}
