using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Which program a resource is.</summary>
internal static class ResourceCommands
{
    /// <summary>Null for resources that are values, not processes.</summary>
    public static (string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory)? Find(IResource resource) => resource switch
    {
        ProjectResource => FindProgram(resource),
        ExecutableResource executable => (executable.Command, [], executable.WorkingDirectory),
        _ => null,
    };

    /// <summary>The built program itself, not `dotnet run`: one process, no build, signals reach it.</summary>
    private static (string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory) FindProgram(IResource resource)
    {
        var project = resource.Annotations.OfType<IBuiltProjectMetadata>().FirstOrDefault()
            ?? throw new DistributedApplicationException($"'{resource.Name}' has no generated project class: reference its project from the AppHost.");
        if (!File.Exists(project.ProgramPath))
            throw new DistributedApplicationException($"'{resource.Name}' is not built: '{project.ProgramPath}' is missing.");
        var folder = Path.GetDirectoryName(project.ProjectPath) ?? AppContext.BaseDirectory;
        var executable = Path.ChangeExtension(project.ProgramPath, OperatingSystem.IsWindows() ? ".exe" : null);
        return File.Exists(executable)
            ? (executable, [], folder)
            : (Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", [project.ProgramPath], folder);
    }
}
