using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Redis;

namespace Aspire.Hosting.Orchestration;

/// <summary>Which program a resource is.</summary>
internal static class ResourceCommands
{
    /// <summary>Null for resources that are values, not processes.</summary>
    public static async Task<ResourceProgram?> FindAsync(IResource resource, RedisServers servers, CancellationToken cancellationToken) => resource switch
    {
        ProjectResource => FindProgram(resource),
        ExecutableResource executable => new(executable.Command, [], executable.WorkingDirectory),
        RedisResource redis => await servers.ChooseAsync(redis, cancellationToken),
        _ => null,
    };

    /// <summary>The built program itself, not `dotnet run`: one process, no build, signals reach it.</summary>
    private static ResourceProgram FindProgram(IResource resource)
    {
        var project = resource.Annotations.OfType<IBuiltProjectMetadata>().FirstOrDefault()
            ?? throw new DistributedApplicationException($"'{resource.Name}' has no generated project class: reference its project from the AppHost.");
        if (!File.Exists(project.ProgramPath))
            throw new DistributedApplicationException($"'{resource.Name}' is not built: '{project.ProgramPath}' is missing.");
        var folder = Path.GetDirectoryName(project.ProjectPath) ?? AppContext.BaseDirectory;
        var executable = Path.ChangeExtension(project.ProgramPath, OperatingSystem.IsWindows() ? ".exe" : null);
        return File.Exists(executable)
            ? new(executable, [], folder)
            : new(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", [project.ProgramPath], folder);
    }
}
