namespace Nexus.Identities.Tests;

public sealed class GrpcEndpointValidatorTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5031", true)]
    [InlineData("http://127.0.0.1:0", true)]
    [InlineData("http://[::1]:5031", true)]
    [InlineData("http://localhost:5031", true)]
    [InlineData("http://unix:/run/nexus/certs.sock", true)]
    [InlineData("http://0.0.0.0:5031", false)]
    [InlineData("http://[::]:5031", false)]
    [InlineData("http://*:5031", false)]
    [InlineData("http://+:5031", false)]
    [InlineData("http://192.0.2.7:5031", false)]
    [InlineData("http://certs.internal:5031", false)]
    [InlineData("5031", false)]
    [InlineData("https://0.0.0.0:5031", true)]
    [InlineData("", true)]
    [InlineData(null, true)]
    public void Validate_Url_OnlyThisHostIsAccepted(string? url, bool accepted) =>
        Assert.Equal(accepted, new GrpcEndpointValidator().Validate(null, new GrpcEndpointOptions { Url = url }).Succeeded);
}
