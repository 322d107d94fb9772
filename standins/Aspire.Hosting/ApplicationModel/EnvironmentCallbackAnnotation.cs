namespace Aspire.Hosting.ApplicationModel;

public class EnvironmentCallbackAnnotation : IResourceAnnotation
{
    public EnvironmentCallbackAnnotation(Action<EnvironmentCallbackContext> callback) => Callback = context =>
    {
        callback(context);
        return Task.CompletedTask;
    };

    public EnvironmentCallbackAnnotation(Func<EnvironmentCallbackContext, Task> callback) => Callback = callback;

    public Func<EnvironmentCallbackContext, Task> Callback { get; }
}
