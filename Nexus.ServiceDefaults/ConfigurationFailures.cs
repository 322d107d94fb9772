using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Nexus.ServiceDefaults;

/// <summary>Everything that is wrong with a service's configuration, a line each, beginning with the key's path.</summary>
internal static class ConfigurationFailures
{
    public static IReadOnlyList<string> Find(IServiceProvider services)
    {
        var failures = FindInOptions(services).ToList();
        // What the checks found is also what the validator would stop at.
        if (failures.Count > 0) return failures;

        try
        {
            services.GetService<IStartupValidator>()?.Validate();
        }
        catch (OptionsValidationException ex)
        {
            failures.AddRange(Describe(ex));
        }
        catch (AggregateException ex) when (ex.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            failures.AddRange(ex.InnerExceptions.OfType<OptionsValidationException>().SelectMany(Describe));
        }

        return failures;
    }

    /// <summary>The same for the options with a check of ours, which are made anew for it.</summary>
    public static IEnumerable<string> FindInOptions(IServiceProvider services) => services.GetServices<OptionsCheck>().SelectMany(check => check.FindFailures(services));

    public static IReadOnlyList<string> Describe(OptionsValidationException exception)
    {
        // By convention an options class names its section in a constant.
        var section = exception.OptionsType.GetField("SectionName", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as string;
        return [.. exception.Failures.Select(failure => OptionsCheck.WithPath(section ?? exception.OptionsType.Name, failure))];
    }
}
