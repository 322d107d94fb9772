using BenchmarkDotNet.Running;
using Nexus.Benchmarks.Bandwidth;
using Nexus.Benchmarks.Budgets;
using Nexus.Benchmarks.Fuzzing;
using Nexus.Benchmarks.Siblings;

// `budgets` fails when a hot operation allocates more than allowed, `fuzz` when an input breaks a parser, `siblings` when
// one user that never reads delays the others; `bandwidth` says what the hub's limit costs; anything else goes to BenchmarkDotNet.
return args switch
{
    ["budgets"] => await AllocationBudgets.CheckAllAsync(Console.Out),
    ["bandwidth", .. var arguments] => await BandwidthCommand.RunAsync(arguments, Console.Out),
    ["fuzz", .. var arguments] => FuzzCommand.Run(arguments, Console.Out),
    ["siblings", .. var arguments] => await SiblingsCommand.RunAsync(arguments, Console.Out),
    _ => BenchmarkSwitcher.FromAssembly(typeof(AllocationBudgets).Assembly).Run(args).Any() ? 0 : 1,
};
