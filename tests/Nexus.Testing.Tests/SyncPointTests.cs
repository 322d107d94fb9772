namespace Nexus.Testing.Tests;

public sealed class SyncPointTests
{
    [Fact]
    public async Task Code_Arrived_GoesOnOnlyAfterRelease()
    {
        var point = new SyncPoint();
        var code = point.ArriveAsync(TestContext.Current.CancellationToken);
        await point.WaitForArrivalAsync(TestContext.Current.CancellationToken);
        Assert.False(code.IsCompleted);

        point.Release();
        await code.BoundedAsync();
    }
}
