namespace Aspire.Hosting.ApplicationModel;

/// <summary>Arguments are strings, or <see cref="IValueProvider"/>s that are asked when the process starts.</summary>
public sealed class CommandLineArgsCallbackContext(IList<object> args, CancellationToken cancellationToken = default)
{
    public IList<object> Args { get; } = args;

    public CancellationToken CancellationToken { get; } = cancellationToken;
}
