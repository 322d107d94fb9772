using Microsoft.Extensions.Options;

namespace Nexus.Redis;

internal sealed class RedisOptionsValidator : IValidateOptions<RedisOptions>
{
    public ValidateOptionsResult Validate(string? name, RedisOptions options) =>
        RedisAddress.TryParse(options.Redis, out _, out var problem) ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail($"{nameof(RedisOptions.Redis)}: {problem}");
}
