using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Nexus.Client.Attestation;

/// <summary>
/// Runs the owner's program for one token: no shell, empty input, only the standard output counts. At the time limit the
/// whole process tree is killed and nothing more is read.
/// </summary>
internal sealed class AttestationCommand(NexusAttestationOptions options, ILogger logger, TimeProvider time)
{
    private const int MaxOutputBytes = 64 * 1024;
    private const int MaxErrorBytes = 4 * 1024;
    private const int DefaultTimeoutSeconds = 15;

    /// <summary>A program that has ended may have left a child that holds the output open; it is not waited for longer.</summary>
    private static readonly TimeSpan s_outputGrace = TimeSpan.FromSeconds(1);

    private static readonly SearchValues<char> s_nonceCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.~");

    private readonly string _command = options.Command.Trim();
    private readonly string[] _args = [.. options.Args];
    private readonly Dictionary<string, string> _environment = new(options.Env);
    private readonly TimeSpan _timeout = TimeSpan.FromSeconds(options.TimeoutSeconds > 0 ? options.TimeoutSeconds : DefaultTimeoutSeconds);

    /// <exception cref="NexusTokenException">The program could not be started, failed, took too long or printed too much.</exception>
    public async ValueTask<byte[]> RunAsync(NexusTokenRequest request, CancellationToken cancellationToken)
    {
        // A hub's nonce is base64url (spec/node.md §1.3). Commands put it into JSON and shell lines: it must not bring its own.
        if (request.SessionNonce is { } nonce && nonce.AsSpan().ContainsAnyExcept(s_nonceCharacters))
            throw new NexusTokenException("The hub's nonce holds characters that are not passed on to a command.");
        var started = time.GetTimestamp();
        using var limit = new CancellationTokenSource(_timeout, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var process = Start(request);
        var output = new CommandPipe(process.StandardOutput.BaseStream, MaxOutputBytes);
        var errors = new CommandPipe(process.StandardError.BaseStream, MaxErrorBytes);
        try
        {
            await WaitAsync(process, output, errors, ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new NexusTokenException($"The attestation command took longer than {_timeout.TotalSeconds:0} s and was stopped.");
        }
        finally
        {
            Kill(process);
            LogErrors(request, errors);
        }

        AttestationLog.Ended(logger, request.Stage, process.ExitCode, (long)time.GetElapsedTime(started).TotalMilliseconds, output.ToArray().Length);
        if (process.ExitCode != 0) throw new NexusTokenException($"The attestation command ended with status {process.ExitCode}.");
        return output.Overflowed ? throw new NexusTokenException($"The attestation command printed more than {MaxOutputBytes} bytes.") : output.ToArray();
    }

    private async Task WaitAsync(Process process, CommandPipe output, CommandPipe errors, CancellationToken ended)
    {
        process.StandardInput.Close();
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(ended);
        var pipes = Task.WhenAll(output.ReadToEndAsync(reading.Token), errors.ReadToEndAsync(reading.Token));
        try
        {
            await process.WaitForExitAsync(ended).ConfigureAwait(false);
            await pipes.WaitAsync(s_outputGrace, time, ended).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!ended.IsCancellationRequested)
        {
            // What the program itself printed has been read.
        }
        finally
        {
            await reading.CancelAsync().ConfigureAwait(false);
            await ((Task)pipes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Process Start(NexusTokenRequest request)
    {
        var info = new ProcessStartInfo(_command, _args)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _environment) info.Environment[name] = value;
        AttestationEnvironment.Apply(info.Environment, request);
        try
        {
            return Process.Start(info) ?? throw new NexusTokenException("The attestation command could not be started.");
        }
        catch (Exception ex) when (ex is Win32Exception or IOException or InvalidOperationException)
        {
            throw new NexusTokenException($"The attestation command could not be started: {ex.Message}", ex);
        }
    }

    private static void Kill(Process process)
    {
        if (process.HasExited) return;
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception ex) when (ex is Win32Exception or InvalidOperationException or AggregateException)
        {
            // It ended in the meantime, or a part of it belongs to somebody else.
        }
    }

    private void LogErrors(NexusTokenRequest request, CommandPipe errors)
    {
        var text = errors.ToArray();
        if (text.Length == 0 || !logger.IsEnabled(LogLevel.Warning)) return;
        string[] secrets = [.. _environment.Values, .. request.SessionNonce is { } nonce ? [nonce] : Array.Empty<string>()];
        AttestationLog.ErrorOutput(logger, request.Stage, Redaction.Apply(Encoding.UTF8.GetString(text), secrets));
    }
}
