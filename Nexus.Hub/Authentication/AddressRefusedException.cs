namespace Nexus.Hub.Authentication;

/// <summary>A token's address leads to where the hub does not go.</summary>
internal sealed class AddressRefusedException() : IOException("The address is not a public one.");
