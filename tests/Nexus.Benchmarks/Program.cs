using BenchmarkDotNet.Running;
using Nexus.Benchmarks.Budgets;

// `budgets` fails when a hot operation allocates more than allowed; anything else goes to BenchmarkDotNet.
return args is ["budgets"]
    ? await AllocationBudgets.CheckAllAsync(Console.Out)
    : BenchmarkSwitcher.FromAssembly(typeof(AllocationBudgets).Assembly).Run(args).Any() ? 0 : 1;
