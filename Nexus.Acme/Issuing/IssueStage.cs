namespace Nexus.Acme.Issuing;

/// <summary>How far an attempt is.</summary>
public enum IssueStage
{
    /// <summary>The account is looked for, or made.</summary>
    Registering,

    /// <summary>The order is placed, or taken up again.</summary>
    Ordering,

    /// <summary>The names are proved.</summary>
    Proving,

    /// <summary>The authority makes the certificate.</summary>
    Finalizing,

    /// <summary>The certificate is downloaded.</summary>
    Downloading,
}
