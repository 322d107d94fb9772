using Nexus.Client.Cli.Sharing;

namespace Nexus.Client.Cli.Tests.Sharing;

public sealed class MadeUpNameTests
{
    private static readonly LocalAddress s_target = new("localhost:3000", EndsTls: false);

    [Fact]
    public void Name_OfTheSameService_IsTheSameEveryTime()
    {
        var name = MadeUpName.Of("apps.example.com", "installation", s_target);
        Assert.Matches("^[a-z2-9]{10}\\.apps\\.example\\.com$", name);
        Assert.Equal(name, MadeUpName.Of("apps.example.com", "installation", s_target));
    }

    [Fact]
    public void Names_OfOtherServicesAndInstallations_Differ()
    {
        string[] names =
        [
            MadeUpName.Of("x.test", "one", s_target),
            MadeUpName.Of("x.test", "two", s_target),
            MadeUpName.Of("x.test", "one", s_target with { Target = "localhost:3001" }),
        ];
        Assert.Equal(3, names.Distinct().Count());
    }
}
