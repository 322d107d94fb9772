namespace Aspire.Hosting.ApplicationModel;

public sealed class WaitAnnotation(IResource resource) : IResourceAnnotation
{
    public IResource Resource { get; } = resource;
}
