namespace Nexus.Acme.Issuing;

/// <summary>How an attempt ended.</summary>
public enum IssueOutcome
{
    /// <summary>The certificate is there, and stored.</summary>
    Issued,

    /// <summary>The authority was asked, and it failed.</summary>
    Failed,

    /// <summary>The authority was not asked, because it is too early after a failure.</summary>
    TooEarly,

    /// <summary>No order was placed, because there were too many within an hour.</summary>
    TooManyOrders,
}
