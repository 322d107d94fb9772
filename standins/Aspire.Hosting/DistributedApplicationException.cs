namespace Aspire.Hosting;

[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "The subset in use.")]
public class DistributedApplicationException(string message) : Exception(message);
