using Microsoft.Extensions.Options;

namespace Nexus.Certs.Manual;

/// <summary>A service that is told to use files does not start without them.</summary>
internal sealed class ManualFilesValidator(TimeProvider time) : IValidateOptions<ManualOptions>
{
    public ValidateOptionsResult Validate(string? name, ManualOptions options)
    {
        if (!options.IsUsed) return ValidateOptionsResult.Success;
        var read = PemFiles.Read(options.CertificateFile, options.KeyFile, time.GetUtcNow());
        return read.Certificate is null ? ValidateOptionsResult.Fail(read.Problems) : ValidateOptionsResult.Success;
    }
}
