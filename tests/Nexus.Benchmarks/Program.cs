using BenchmarkDotNet.Running;
using Nexus.Benchmarks.Bandwidth;
using Nexus.Benchmarks.Budgets;
using Nexus.Benchmarks.Carrier;
using Nexus.Benchmarks.Field;
using Nexus.Benchmarks.Field.Delay;
using Nexus.Benchmarks.Field.Load;
using Nexus.Benchmarks.Field.Service;
using Nexus.Benchmarks.Fleet;
using Nexus.Benchmarks.Fuzzing;
using Nexus.Benchmarks.LargeHub;
using Nexus.Benchmarks.Session;
using Nexus.Benchmarks.Siblings;

// `budgets` fails when a hot operation allocates more than allowed, or an idle user costs more (`budgets TEXT`: those with it in
// their name), `fuzz` when an input breaks a parser, `siblings` when
// one user that never reads delays the others; `bandwidth` says what the hub's limit costs, `carrier` (which starts itself
// as its two ends) what gRPC between edge and hub does; `field` compares Nexus with others and starts itself as the three
// after it; `directory` fails when a change of a hub with very many names is slow or dear, `reconnect` (which starts itself as the
// two after it) when the sessions of a killed hub are not back in time; anything else goes to BenchmarkDotNet.
return args switch
{
    ["budgets", .. var words] => await AllocationBudgets.CheckAsync(string.Join(' ', words), Console.Out),
    ["bandwidth", .. var arguments] => await BandwidthCommand.RunAsync(arguments, Console.Out),
    ["field", .. var arguments] => await FieldCommand.RunAsync(arguments, Console.Out),
    ["field-service"] => await ServiceProgram.RunAsync(Console.Out),
    ["field-load", var plan] => await LoadProgram.RunAsync(plan, Console.Out),
    ["field-delay", var port, var milliseconds] => await DelayProgram.RunAsync(port, milliseconds, Console.Out),
    ["directory", .. var arguments] => await LargeHubCommand.RunAsync(arguments, Console.Out),
    ["reconnect", .. var arguments] => await FleetCommand.RunAsync(arguments, Console.Out),
    ["fleet-entrance", var sources, .. var hubs] => await EntranceProgram.RunAsync(sources, hubs, Console.Out),
    ["fleet-sessions", var count, var port, var secret, var authority] => await SessionsProgram.RunAsync(count, port, secret, authority, Console.Out),
    ["carrier", .. var arguments] => await CarrierCommand.RunAsync(arguments, Console.Out),
    ["carrier-end", .. var arguments] => await CarrierProcess.RunAsync(arguments),
    ["fuzz", .. var arguments] => FuzzCommand.Run(arguments, Console.Out),
    ["session", .. var arguments] => await SessionCommand.RunAsync(arguments, Console.Out),
    ["session-hub"] => await SessionEnds.RunHubAsync(Console.Out),
    ["session-client", .. var arguments] => await SessionEnds.RunClientAsync(arguments, Console.Out),
    ["siblings", .. var arguments] => await SiblingsCommand.RunAsync(arguments, Console.Out),
    _ => BenchmarkSwitcher.FromAssembly(typeof(AllocationBudgets).Assembly).Run(args).Any() ? 0 : 1,
};
