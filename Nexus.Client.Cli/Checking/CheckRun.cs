using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Nexus.Client.Cli.Access;
using Nexus.Client.Cli.Running;

namespace Nexus.Client.Cli.Checking;

/// <summary>Looks from the hub outwards: hub and token, names and ports, certificates, and then the local service.</summary>
internal sealed class CheckRun(IReadOnlyList<CheckSubject> subjects, Addresses addresses, TextWriter output)
{
    private readonly Report _report = new(output);

    public async Task<int> RunAsync(CancellationToken stop)
    {
        foreach (var subject in subjects)
        {
            await _report.HeadAsync(subject.Title);
            await CheckAsync(subject, stop);
        }

        await _report.EndAsync();
        return _report.Problems == 0 ? ExitCodes.Stopped : ExitCodes.Configuration;
    }

    private async Task CheckAsync(CheckSubject subject, CancellationToken stop)
    {
        try
        {
            await using var client = new NexusClient(subject.Backend);
            var isAccepted = await CheckHubsAsync(client, stop);
            await using var probe = isAccepted && subject.Hosts.Count > 0 ? await PassageProbe.TryStartAsync(subject.Backend, stop) : null;
            var kept = await client.FindStoredCertificatesAsync(stop);
            foreach (var host in subject.Hosts) await CheckHostAsync(host, subject, kept.FirstOrDefault(certificate => certificate.Host == host), probe, stop);
        }
        catch (OptionsValidationException ex)
        {
            foreach (var failure in ex.Failures) await _report.AddAsync(Finding.Problem(failure, "Put it right; nothing of this backend runs as it is."));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or CryptographicException or FormatException)
        {
            await _report.AddAsync(Finding.Problem($"What is kept about certificates cannot be read: {ex.Message}", "Put the file right, or run as the user whose it is."));
        }
        catch (NexusTokenException ex)
        {
            await _report.AddAsync(Finding.Problem(ex.Message, "Name a file with the token that this user may read."));
        }

        foreach (var target in subject.Targets) await _report.AddAsync(await TargetCheck.RunAsync(target, stop));
    }

    private async Task<bool> CheckHubsAsync(NexusClient client, CancellationToken stop)
    {
        var isAccepted = false;
        foreach (var result in await client.ProbeAsync(stop))
        {
            isAccepted |= result.Error is null;
            await _report.AddAsync(result.Error is { } error
                ? Finding.Problem($"The hub {result.Address} does not take this backend.", HubWords.Explain(error, result.Address, result.ErrorText))
                : Finding.Ok($"The hub {result.Address} answers and accepts the token ({result.Duration.TotalMilliseconds:0} ms)."));
        }

        return isAccepted;
    }

    private async Task CheckHostAsync(string host, CheckSubject subject, NexusCertificateInfo? kept, PassageProbe? probe, CancellationToken stop)
    {
        var problems = _report.Problems;
        var hub = new Uri(subject.Backend.NexusAddresses[0]).Host;
        await new NameCheck(addresses, hub, probe).RunAsync(host, subject.PublicPort, subject.PlainPort, _report, stop);
        if (_report.Problems > problems || subject.PublicPort == 0) return; // another server's certificate, or none: nothing to be learnt
        foreach (var address in (await addresses.FindAsync(host, stop)).Take(1)) await _report.AddAsync(await CertificateCheck.RunAsync(host, new IPEndPoint(address, subject.PublicPort), kept, stop));
    }
}
