namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>What a number on a hand-over connection stands for at the caller's end, from the offer to the last report.</summary>
internal interface IHandedOver
{
    /// <summary>The target's last report.</summary>
    void End(HandOverEnd end);

    /// <summary>The target has not taken it, or nothing more will be heard of it.</summary>
    /// <param name="isTargetSilent">The target may have it still, and does nothing.</param>
    void Lose(bool isTargetSilent);

    /// <summary>The caller is about to stop. Whether it is over for the caller then.</summary>
    bool TryLeave();
}
