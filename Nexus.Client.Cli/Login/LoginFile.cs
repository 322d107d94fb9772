using System.Text.Json;
using Nexus.Client.Cli.Access;
using Nexus.ServiceDefaults;

namespace Nexus.Client.Cli.Login;

/// <summary>The file of <see cref="StoredLogin"/>, for its owner's eyes.</summary>
internal static class LoginFile
{
    public static string Path => System.IO.Path.Combine(Surroundings.ConfigurationFolder, "login.json");

    /// <summary>Null when nobody has logged in.</summary>
    /// <exception cref="CommandException">The file cannot be read, or is not what was written.</exception>
    public static StoredLogin? TryRead()
    {
        try
        {
            return PrivateFiles.TryRead(Path) is { } text ? JsonSerializer.Deserialize(text, LoginJson.Default.StoredLogin) : null;
        }
        catch (JsonException)
        {
            throw new CommandException($"{Path} is damaged: run nexus login again.");
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CommandException($"{Path}: {ex.Message}");
        }
    }

    /// <exception cref="CommandException">It cannot be written.</exception>
    public static void Write(StoredLogin login)
    {
        try
        {
            PrivateFiles.PrepareFolder(Surroundings.ConfigurationFolder);
            PrivateFiles.Replace(Path, JsonSerializer.Serialize(login, LoginJson.Default.StoredLogin));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{Path}: {ex.Message}");
        }
    }

    /// <returns>Whether there was one.</returns>
    /// <exception cref="CommandException">It cannot be removed.</exception>
    public static bool Remove()
    {
        try
        {
            if (!File.Exists(Path)) return false;
            File.Delete(Path);
            return true;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{Path}: {ex.Message}");
        }
    }
}
