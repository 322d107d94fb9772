using Aspire.Hosting;

// An AppHost for the stand-in's tests. Its first argument names what it runs.
var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });
switch (args[0])
{
    case "chain":
        var first = builder.AddProject<Projects.StandIns_Aspire_TestApp>("first").WithHttpEndpoint().WithHttpHealthCheck("/health");
        var second = builder.AddProject<Projects.StandIns_Aspire_TestApp>("second").WithHttpEndpoint().WithHttpHealthCheck("/health").WaitFor(first);
        builder.AddExecutable("third", "sh", ".", "-c", "trap 'echo stopping; exit 0' TERM; echo started $$; while :; do sleep 0.1; done").WaitFor(second);
        break;
    case "stubborn":
        builder.AddExecutable("deaf", "sh", ".", "-c", "trap '' TERM INT HUP; sleep 600 & echo started $$ $!; while :; do sleep 1; done");
        builder.AddProject<Projects.StandIns_Aspire_TestApp>("app").WithHttpEndpoint();
        break;
    case "redis":
        var redis = builder.AddRedis("redis");
        builder.AddExecutable("user", "/bin/sh", ".", "-c", "echo found ${ConnectionStrings__redis-nothing}.").WithReference(redis).WaitFor(redis);
        break;
    case "broken":
        builder.AddExecutable("broken", "sh", ".", "-c", "echo first words; echo last words >&2; exit 7");
        break;
    case "missing":
        builder.AddExecutable("missing", "/no/such/program", "/no/such/folder");
        break;
    default:
        throw new ArgumentException($"Unknown scenario '{args[0]}'.");
}
builder.Build().Run();
