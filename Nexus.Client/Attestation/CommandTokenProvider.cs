namespace Nexus.Client.Attestation;

/// <summary>Tokens from a program of the owner.</summary>
internal sealed class CommandTokenProvider(AttestationCommand command) : INexusTokenProvider
{
    public async ValueTask<NexusToken> GetTokenAsync(NexusTokenRequest request, CancellationToken cancellationToken) =>
        CommandOutput.Parse(await command.RunAsync(request, cancellationToken).ConfigureAwait(false));
}
