namespace Nexus.WebSocketHosting.HandOver;

/// <summary>What a process is to those that hand users over to it.</summary>
/// <param name="Service">What the name of its socket begins with, unless that is configured.</param>
/// <param name="IsMeant">Whether an id in the region's directory is this process's.</param>
/// <param name="Announce">Takes the socket's path, when it listens there; before anything is announced.</param>
internal sealed record HandOverTarget(string Service, Func<string, bool> IsMeant, Action<string> Announce);
