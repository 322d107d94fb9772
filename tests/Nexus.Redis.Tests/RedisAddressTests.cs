namespace Nexus.Redis.Tests;

public sealed class RedisAddressTests
{
    [Theory]
    [InlineData("localhost", "redis://localhost:6379")]
    [InlineData("localhost:7000,password=Secret=", "redis://localhost:7000")]
    [InlineData("10.0.0.1:7000,10.0.0.2:7000,ssl=true,password=Secret,user=default,abortConnect=false", "rediss://10.0.0.1:7000,10.0.0.2:7000")]
    [InlineData("redis://cache.example.com", "redis://cache.example.com:6379")]
    [InlineData("redis://:Secret@cache.example.com:7000/3", "redis://cache.example.com:7000")]
    [InlineData("rediss://default:Secret%2F%40@cache.example.com:7000/", "rediss://cache.example.com:7000")]
    public void ConnectionString_Valid_IsDescribedWithoutItsPassword(string text, string expected)
    {
        Assert.True(RedisAddress.TryParse(text, out var address, out _));
        Assert.Equal(expected, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("password=Secret")]
    [InlineData("localhost,user=nexus,password=Secret")]
    [InlineData("localhost,serviceName=main,password=Secret")]
    [InlineData("localhost,colour=blue,password=Secret")]
    [InlineData("localhost,connectTimeout=soon,password=Secret")]
    [InlineData("localhost,password=a,Secret")]
    [InlineData("localhost,password=a,Secret=b")]
    [InlineData("localhost, Password = a,ssl=true,Secret:1")]
    [InlineData("localhost,password=a,connectTimeout=Secret")]
    [InlineData("redis://nexus:Secret@host")]
    [InlineData("redis://:Secret@host/main")]
    [InlineData("redis://:Secret@host?x=1")]
    [InlineData("rediss://")]
    public void ConnectionString_Invalid_IsRefusedWithoutRepeatingItsPassword(string text)
    {
        Assert.False(RedisAddress.TryParse(text, out _, out var problem));
        Assert.DoesNotContain("Secret", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("Secret", string.Join('\n', new RedisOptionsValidator().Validate(null, new RedisOptions { Redis = text }).Failures ?? []), StringComparison.Ordinal);
    }

    [Fact]
    public void ConnectionString_Uri_HasPasswordAndDatabase()
    {
        Assert.True(RedisAddress.TryParse("rediss://:Se%2Fcret@cache.example.com:7000/3", out var address, out _));
        var options = address.ToOptions();
        Assert.Equal(("Se/cret", 3, true), (options.Password, options.DefaultDatabase ?? 0, options.Ssl));
    }
}
