using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Nexus.ServiceDefaults;

/// <summary>Registers options whose errors are all found before anything starts.</summary>
public static class ValidatedOptionsExtensions
{
    /// <summary>Binds a configuration section, validates it with <typeparamref name="TValidator"/>, and reports its errors by key.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="section">The path of the section, e.g. <c>Nexus:Edge:Passthrough</c>.</param>
    public static OptionsBuilder<TOptions> AddValidatedOptions<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] TOptions,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TValidator>(this IHostApplicationBuilder builder, string section)
        where TOptions : class, new()
        where TValidator : class, IValidateOptions<TOptions>
    {
        builder.Services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        builder.Services.AddSingleton<OptionsCheck>(new OptionsCheck<TOptions>(section));
        return builder.Services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
    }
}
