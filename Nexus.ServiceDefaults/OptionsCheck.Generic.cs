using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Nexus.ServiceDefaults;

internal sealed class OptionsCheck<TOptions>(string section) : OptionsCheck(section)
    where TOptions : class, new()
{
    public override IEnumerable<string> FindFailures(IServiceProvider services)
    {
        try
        {
            // Made anew: those in use may be of an older configuration.
            _ = services.GetRequiredService<IOptionsFactory<TOptions>>().Create(Options.DefaultName);
            return [];
        }
        catch (OptionsValidationException ex)
        {
            return ex.Failures.Select(failure => WithPath(Section, failure));
        }
        catch (InvalidOperationException)
        {
            // The binder stops at the first value that it cannot convert. Look at each value alone to name them all.
            return FindKeyByKey(services);
        }
    }

    private List<string> FindKeyByKey(IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        var failures = new List<string>();
        var options = new TOptions();
        foreach (var (key, value) in configuration.GetSection(Section).AsEnumerable())
        {
            if (value is null) continue;
            try
            {
                var alone = new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();
                alone.GetSection(Section).Bind(options);
            }
            catch (InvalidOperationException ex)
            {
                failures.Add($"{key}: {ex.Message}");
            }
        }

        foreach (var validator in services.GetServices<IValidateOptions<TOptions>>())
        {
            if (validator.Validate(Options.DefaultName, options) is { Failed: true } result)
            {
                failures.AddRange((result.Failures ?? []).Select(failure => WithPath(Section, failure)));
            }
        }

        return failures;
    }
}
