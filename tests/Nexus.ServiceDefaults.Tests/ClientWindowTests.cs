namespace Nexus.ServiceDefaults.Tests;

public sealed class ClientWindowTests
{
    [Fact]
    public void ClientWindows_AreBounded_UnlessTheOperatorHasSaid()
    {
        var before = Environment.GetEnvironmentVariable(GrpcDefaults.MaxWindowVariable);
        try
        {
            Environment.SetEnvironmentVariable(GrpcDefaults.MaxWindowVariable, null);
            GrpcDefaults.BoundClientWindows();
            Assert.Equal(GrpcDefaults.MaxClientWindow, Environment.GetEnvironmentVariable(GrpcDefaults.MaxWindowVariable));

            Environment.SetEnvironmentVariable(GrpcDefaults.MaxWindowVariable, "2097152");
            GrpcDefaults.BoundClientWindows();
            Assert.Equal("2097152", Environment.GetEnvironmentVariable(GrpcDefaults.MaxWindowVariable));
        }
        finally
        {
            Environment.SetEnvironmentVariable(GrpcDefaults.MaxWindowVariable, before);
        }
    }
}
