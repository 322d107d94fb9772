using Aspire.Hosting;
using Nexus.AppHost;
using Nexus.AppHost.Demo;
using Nexus.AppHost.Topology;

if (!AppHostArguments.TryParse(args, out var arguments, out var problem))
{
    Console.Error.WriteLine(problem);
    return AppHostArguments.UsageError;
}

var builder = DistributedApplication.CreateBuilder([.. arguments.Configuration]);
using var demo = DemoRun.Create(builder);
if (arguments.HasTwoRegions)
    builder.AddTwoRegions(demo, arguments.HasSeparateRedis);
else
    builder.AddSingleRegion(demo);

builder.AddTryLine(demo);
builder.Build().Run();
return Environment.ExitCode;
