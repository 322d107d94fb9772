namespace Nexus.Acme.Tests.Scripted;

/// <summary>A request is signed for an account that the authority does not have.</summary>
internal sealed class UnknownAccountException : Exception;
