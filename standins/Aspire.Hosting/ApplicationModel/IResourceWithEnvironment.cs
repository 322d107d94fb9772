namespace Aspire.Hosting.ApplicationModel;

[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1040:Avoid empty interfaces", Justification = "The package's marker.")]
public interface IResourceWithEnvironment : IResource;
