namespace Nexus.Acme.Issuing;

/// <summary>When orders were placed within the last hour.</summary>
/// <param name="Orders">By name, in Unix seconds.</param>
internal sealed record LedgerDocument(Dictionary<string, List<long>> Orders);
