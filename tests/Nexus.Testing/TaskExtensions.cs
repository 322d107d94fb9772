using System.Runtime.CompilerServices;
using Xunit;

namespace Nexus.Testing;

/// <summary>Bounds what a test awaits, and names it when the bound is reached.</summary>
public static class TaskExtensions
{
    /// <summary>Awaits within <see cref="TestTimeouts.Default"/> and the test's own cancellation.</summary>
    public static async Task BoundedAsync(this Task task, [CallerArgumentExpression(nameof(task))] string? what = null)
    {
        try
        {
            await task.WaitAsync(TestTimeouts.Default, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException ex) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Not completed within {TestTimeouts.Default}: {what}", ex);
        }
    }

    /// <inheritdoc cref="BoundedAsync(Task, string?)"/>
    public static async Task<T> BoundedAsync<T>(this Task<T> task, [CallerArgumentExpression(nameof(task))] string? what = null)
    {
        await ((Task)task).BoundedAsync(what);
        return await task;
    }

    /// <inheritdoc cref="BoundedAsync(Task, string?)"/>
    public static Task BoundedAsync(this ValueTask task, [CallerArgumentExpression(nameof(task))] string? what = null) =>
        task.AsTask().BoundedAsync(what);

    /// <inheritdoc cref="BoundedAsync(Task, string?)"/>
    public static Task<T> BoundedAsync<T>(this ValueTask<T> task, [CallerArgumentExpression(nameof(task))] string? what = null) =>
        task.AsTask().BoundedAsync(what);
}
