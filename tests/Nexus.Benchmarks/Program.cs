using BenchmarkDotNet.Running;
using Nexus.Benchmarks.Budgets;
using Nexus.Benchmarks.Fuzzing;

// `budgets` fails when a hot operation allocates more than allowed, `fuzz` when an input breaks a parser; anything else
// goes to BenchmarkDotNet.
return args switch
{
    ["budgets"] => await AllocationBudgets.CheckAllAsync(Console.Out),
    ["fuzz", .. var arguments] => FuzzCommand.Run(arguments, Console.Out),
    _ => BenchmarkSwitcher.FromAssembly(typeof(AllocationBudgets).Assembly).Run(args).Any() ? 0 : 1,
};
