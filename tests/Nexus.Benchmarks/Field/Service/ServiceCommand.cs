namespace Nexus.Benchmarks.Field.Service;

/// <summary>What a connection asks of the service, after its ClientHello.</summary>
internal enum ServiceCommand : byte
{
    /// <summary>Sends so many bytes, then its FIN.</summary>
    Down = 1,

    /// <summary>Reads so many bytes, then answers with their number (8 bytes, network order).</summary>
    Up = 2,

    /// <summary>Sends back what comes, until the FIN.</summary>
    Echo = 3,

    /// <summary>Answers one byte and stays until the FIN.</summary>
    Idle = 4,
}
