using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ExecutableResourceBuilderExtensions
{
    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var folder = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, workingDirectory));
        var executable = builder.AddResource(new ExecutableResource(name, command, folder));
        return args is { Length: > 0 } ? executable.WithArgs(args) : executable;
    }
}
