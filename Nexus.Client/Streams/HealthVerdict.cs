namespace Nexus.Client.Streams;

/// <summary>What a look at a stream's health says.</summary>
internal enum HealthVerdict
{
    /// <summary>Nothing is to be done.</summary>
    Fine,

    /// <summary>The hub is to be asked.</summary>
    Ask,

    /// <summary>The hub has not answered: it does not know the stream.</summary>
    Lost,
}
