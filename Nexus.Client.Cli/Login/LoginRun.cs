using System.Security.Cryptography;
using System.Text;
using Nexus.Client.Cli.Access;
using Nexus.Client.Cli.Running;
using Nexus.Protocol.Naming;

namespace Nexus.Client.Cli.Login;

/// <summary>Looks whether the hub takes the token, then keeps both; what fails changes nothing.</summary>
internal static class LoginRun
{
    private const int MaxTokenBytes = 64 * 1024;

    public static async Task<int> LogInAsync(string server, string? tokenFile, string? authoritiesFile, string? domain, CancellationToken stop)
    {
        if (!ServerAddress.TryParse(server, out var address, out var problem)) throw new CommandException(problem);
        var pem = authoritiesFile is null ? null : await ReadTextAsync(authoritiesFile, stop);
        var login = new StoredLogin(
            address.OriginalString,
            await ReadTokenAsync(tokenFile, stop),
            pem,
            CheckDomain(domain),
            LoginFile.TryRead()?.Installation ?? RandomNumberGenerator.GetHexString(32, lowercase: true));
        var access = new HubAccess(address, new() { HmacSecret = login.Token }, pem is null ? null : Authorities.FromPem(pem, authoritiesFile ?? ""), login.Domain, login.Installation);
        if (await HubLook.LookAsync(access, stop) is { Error: { } error } refused) throw new CommandException(HubWords.Explain(error, address, refused.ErrorText));
        LoginFile.Write(login);
        await Console.Out.WriteLineAsync($"{address.Host} accepts the token; both are kept in {LoginFile.Path}.");
        return ExitCodes.Stopped;
    }

    public static async Task<int> LogOutAsync()
    {
        await Console.Out.WriteLineAsync(LoginFile.Remove() ? $"{LoginFile.Path} is removed." : "Nothing was kept.");
        return ExitCodes.Stopped;
    }

    /// <exception cref="CommandException">It is no domain.</exception>
    private static string? CheckDomain(string? text)
    {
        if (text is null) return null;
        var domain = HostName.Normalize(text.TrimStart('*').TrimStart('.'));
        return Uri.CheckHostName(domain) == UriHostNameType.Dns && domain.Contains('.', StringComparison.Ordinal) ? domain
            : throw new CommandException($"\"{text}\" is no domain, such as apps.example.com.");
    }

    private static async Task<string> ReadTokenAsync(string? file, CancellationToken stop)
    {
        var token = file is not null ? await ReadTextAsync(file, stop)
            : Surroundings.Find(Surroundings.Token) ?? (Console.IsInputRedirected ? await Console.In.ReadToEndAsync(stop) : await AskAsync());
        token = token.Trim();
        if (token.Length == 0) throw new CommandException("The token is empty.");
        return Encoding.UTF8.GetByteCount(token) <= MaxTokenBytes ? token : throw new CommandException($"The token is larger than {MaxTokenBytes} bytes.");
    }

    /// <summary>Without showing what is typed.</summary>
    private static async Task<string> AskAsync()
    {
        await Console.Error.WriteAsync("Token (is not shown): ");
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (key.KeyChar != 0) typed.Append(key.KeyChar);
        }

        await Console.Error.WriteLineAsync();
        return typed.ToString();
    }

    private static async Task<string> ReadTextAsync(string file, CancellationToken stop)
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(file, stop);
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new CommandException($"{file} is not text: a token of other bytes is given to each command with --token-file.");
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file}: {ex.Message}");
        }
    }
}
