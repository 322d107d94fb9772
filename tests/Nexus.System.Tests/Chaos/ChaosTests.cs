using System.Globalization;

namespace Nexus.SystemTests.Chaos;

/// <summary>
/// Processes die and freeze, lines break, at random: the edges' tables come back to the truth, and users notice nothing but the death of what they
/// depend on. More rounds, or another sequence: NEXUS_CHAOS_ROUNDS and NEXUS_CHAOS_SEED. Alone, because it is a machine full of processes.
/// </summary>
[Collection(nameof(ChaosTests))]
[CollectionDefinition(nameof(ChaosTests), DisableParallelization = true)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int ShortRounds = 8;
    private const int ShortSeed = 206961; // each kind of process is killed, hub and mesh stopped, the regions cut off from each other

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1.5); // of the short version: it is part of every test run

    [Fact]
    public async Task TwoRegions_WhateverFails_TablesAreTheTruth_AndNobodyFailsButWithItsPath()
    {
        var rounds = Number("NEXUS_CHAOS_ROUNDS");
        var seed = Number("NEXUS_CHAOS_SEED") ?? ShortSeed;
        await using var system = await ChaosSystem.StartAsync();
        var plan = new ChaosPlan(seed, system.All, rounds is null ? s_shortest : s_longest);
        var run = new ChaosRun(system, plan.Faults().Take(rounds ?? ShortRounds), output.WriteLine, Environment.GetEnvironmentVariable("NEXUS_CHAOS_LOGS"));

        var failures = await run.RunAsync();

        Assert.True(failures.Count == 0, $"Seed {seed}.\n{string.Join("\n\n", failures)}");
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
