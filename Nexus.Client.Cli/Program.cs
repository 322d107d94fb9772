using Nexus.Client.Cli.Running;

return await NexusCommand.Create().RunAsync(args);
