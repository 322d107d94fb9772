namespace Nexus.Contracts.Carriers;

/// <summary>How a received stream ended.</summary>
/// <param name="Word">The reason: the snake_case word of `nexus-end` (streams.proto), of at most 64 letters.</param>
/// <param name="IsOrderly">Everything was delivered, and the user has its FIN.</param>
/// <param name="IsUserReset">The user broke it, or went away: nobody is left to be told.</param>
/// <param name="IsDialFailed">There is no service for the user, who has got nothing.</param>
public readonly record struct StreamOutcome(string Word, bool IsOrderly, bool IsUserReset = false, bool IsDialFailed = false);
