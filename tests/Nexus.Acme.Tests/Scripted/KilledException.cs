namespace Nexus.Acme.Tests.Scripted;

/// <summary>Stands for the process's sudden end: nobody catches it.</summary>
internal sealed class KilledException : Exception;
