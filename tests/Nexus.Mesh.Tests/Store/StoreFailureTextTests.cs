using Nexus.Mesh.Store;

namespace Nexus.Mesh.Tests.Store;

public sealed class StoreFailureTextTests
{
    [Fact]
    public void Failures_AllOfThem_HaveAName() => Assert.All(Enum.GetValues<StoreFailure>(), failure => Assert.NotEmpty(failure.ToErrorType()));
}
