namespace Nexus.Mesh.Store;

/// <summary>Redis did not do what it was asked for.</summary>
internal sealed class StoreException(StoreFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public StoreFailure Failure => failure;
}
