using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Client.Cli.Access;

/// <summary>Certificate authorities from files in PEM.</summary>
internal static class Authorities
{
    /// <summary>Null for no file.</summary>
    /// <exception cref="CommandException">It cannot be read, or there is no certificate in it.</exception>
    public static X509Certificate2Collection? Read(string? file)
    {
        if (file is null) return null;
        try
        {
            return FromPem(File.ReadAllText(file), file);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file}: {ex.Message}");
        }
    }

    /// <exception cref="CommandException">There is no certificate in it.</exception>
    public static X509Certificate2Collection FromPem(string pem, string source)
    {
        try
        {
            X509Certificate2Collection authorities = [];
            authorities.ImportFromPem(pem);
            return authorities.Count > 0 ? authorities : throw new CommandException($"{source}: there is no certificate in it.");
        }
        catch (CryptographicException ex)
        {
            throw new CommandException($"{source}: {ex.Message}");
        }
    }
}
