using Nexus.Acme.Issuing;
using Nexus.Acme.Tests.Scripted;

namespace Nexus.Acme.Tests.Issuing;

/// <summary>A process that is killed at any step: the next start completes or restarts the order.</summary>
public sealed class KilledTests
{
    private const int MostSteps = 60;
    private static readonly string[] s_names = ["one.example.com", "two.example.com"];

    [Theory]
    [InlineData("valid")]
    [InlineData("processing")]
    public async Task AtAnyStep_NextStartCompletes(string afterFinalize)
    {
        // Reads and writes of the store, requests before and after, publishing.
        var killed = new List<bool>();
        foreach (var steps in Enumerable.Range(0, MostSteps).Chunk(15)) killed.AddRange(await Task.WhenAll(steps.Select(step => IsKilledAtAsync(step, afterFinalize))));
        Assert.InRange(killed.Count(was => was), 36, MostSteps - 1);
        Assert.Equal(killed.Order().Reverse(), killed);
    }

    [Fact]
    public async Task WhileTheAccountKeyChanges_OneOfTheKeysHolds()
    {
        for (var step = 0; ; step++)
        {
            await using var authority = await ScriptedAuthority.StartAsync();
            var store = new MemoryStore();
            using (var before = new ScriptedIssuing(authority, store)) await before.Issuer.GetAccountAsync(TestContext.Current.CancellationToken).BoundedAsync();
            var isKilled = false;
            using (var issuing = new Life(store, step).Start(authority))
            {
                try
                {
                    await issuing.Issuer.ChangeAccountKeyAsync(TestContext.Current.CancellationToken).BoundedAsync();
                }
                catch (KilledException)
                {
                    isKilled = true;
                }
            }

            using var next = new Life(store, int.MaxValue).Start(authority);
            Assert.Equal(IssueOutcome.Issued, (await next.IssueAsync(s_names)).Outcome);
            Assert.Equal(1, authority.Database.Accounts);
            if (!isKilled) return;
            Assert.True(step < MostSteps, "the change ends at last");
        }
    }

    [Fact]
    public async Task AtEveryStart_OrdersAreBounded()
    {
        for (var step = 1; step < 20; step++)
        {
            await using var authority = await ScriptedAuthority.StartAsync();
            var store = new MemoryStore();
            for (var start = 0; start < 20; start++)
            {
                var life = new Life(store, step);
                using var issuing = life.Start(authority);
                try
                {
                    await issuing.IssueAsync(s_names);
                }
                catch (KilledException)
                {
                    // Started again at once.
                }
            }

            Assert.True(authority.Database.Accounts <= 1, $"{authority.Database.Accounts} accounts, killed at step {step}");
            Assert.True(authority.Count("POST /new-order") <= 5, $"{authority.Count("POST /new-order")} orders, killed at step {step}");
            Assert.True(authority.Requests.Count <= 20 * 20, $"{authority.Requests.Count} requests, killed at step {step}");
        }
    }

    /// <summary>False when the process came to its end before the step.</summary>
    private static async Task<bool> IsKilledAtAsync(int step, string afterFinalize)
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Database.AfterFinalize = afterFinalize;
        authority.Alter = (what, answer) =>
        {
            // The certificate is made while the answer to the request for it is under way.
            if (what.StartsWith("POST /finalize/", StringComparison.Ordinal)) authority.Database.Orders.Last().Status = "valid";
            return answer;
        };
        var store = new MemoryStore();
        var first = new Life(store, step);
        using (var issuing = first.Start(authority))
        {
            try
            {
                Assert.Equal(IssueOutcome.Issued, (await issuing.IssueAsync(s_names)).Outcome);
                return false;
            }
            catch (KilledException)
            {
                // The next process.
            }
        }

        var before = authority.Requests.Count;
        var responder = new RecordingResponder();
        using var next = new Life(store, int.MaxValue).Start(authority, responder);
        var result = await next.IssueAsync(s_names);
        Assert.Equal(IssueOutcome.Issued, result.Outcome);
        using var certificate = result.Issued().Load();
        Assert.True(certificate.HasPrivateKey);
        Assert.Equal(1, authority.Database.Accounts);
        Assert.True(authority.Database.Orders.Count <= 2, $"{authority.Database.Orders.Count} orders, killed at step {step}");
        Assert.True(authority.Requests.Count - before <= 16, $"{authority.Requests.Count - before} requests, killed at step {step}");
        Assert.Empty(responder.Published);
        return true;
    }

    /// <summary>One process, which dies at a step: nothing happens after it.</summary>
    private sealed class Life(MemoryStore store, int step)
    {
        private int _steps;

        public ScriptedIssuing Start(ScriptedAuthority authority, RecordingResponder? responder = null)
        {
            store.BeforeStep = Step;
            store.AfterWrite = Step;
            responder ??= new RecordingResponder();
            responder.BeforeStep = Step;
            return new ScriptedIssuing(authority, store, responder, handler: new KillingHandler(Step, Step));
        }

        private void Step()
        {
            if (Interlocked.Increment(ref _steps) > step) throw new KilledException();
        }
    }
}
