namespace Aspire.Hosting;

/// <summary>What the generated <c>Projects.*</c> classes are here: also where the built program (its .dll) is. Not in the package.</summary>
public interface IBuiltProjectMetadata : IProjectMetadata
{
    string ProgramPath { get; }
}
