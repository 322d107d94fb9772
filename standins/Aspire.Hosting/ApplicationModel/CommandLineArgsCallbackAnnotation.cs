namespace Aspire.Hosting.ApplicationModel;

public class CommandLineArgsCallbackAnnotation : IResourceAnnotation
{
    public CommandLineArgsCallbackAnnotation(Action<IList<object>> callback) => Callback = context =>
    {
        callback(context.Args);
        return Task.CompletedTask;
    };

    public CommandLineArgsCallbackAnnotation(Func<CommandLineArgsCallbackContext, Task> callback) => Callback = callback;

    public Func<CommandLineArgsCallbackContext, Task> Callback { get; }
}
