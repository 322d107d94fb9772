namespace Nexus.Contracts.Carriers;

/// <summary>How a relay ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Side">Who: for <see cref="RelayEndReason.Completed"/> the side that ended first, for <see cref="RelayEndReason.Reset"/> the one that broke, else none.</param>
/// <param name="BytesFromFirst">Bytes that the second side took from the first.</param>
/// <param name="BytesFromSecond">Bytes that the first side took from the second.</param>
public readonly record struct RelayEnd(RelayEndReason Reason, RelaySide Side, long BytesFromFirst, long BytesFromSecond);
