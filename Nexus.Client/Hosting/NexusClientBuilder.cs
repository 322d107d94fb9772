using Microsoft.Extensions.DependencyInjection;
using Nexus.Client.LocalRouting;

namespace Nexus.Client.Hosting;

/// <summary>Adds to a backend of a host: where its tokens come from, and who serves its users.</summary>
public sealed class NexusClientBuilder
{
    internal NexusClientBuilder(IServiceCollection services, string name)
    {
        Services = services;
        Name = name;
    }

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Name of the backend, which is the key of its <see cref="NexusClient"/> among the services.</summary>
    public string Name { get; }

    /// <summary>Takes tokens from a service, which is created once when it is not registered otherwise.</summary>
    public NexusClientBuilder UseTokenProvider<TProvider>()
        where TProvider : class, INexusTokenProvider =>
        Add((provider, services) => services with { TokenProvider = provider.GetService<TProvider>() ?? ActivatorUtilities.CreateInstance<TProvider>(provider) });

    /// <summary>Signs tokens with a secret that is asked for each time, so that it may be rotated.</summary>
    /// <param name="secret">Gives the bytes of the secret; what it throws means that there is no token now.</param>
    public NexusClientBuilder UseHmacSecret(Func<IServiceProvider, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return Add((provider, services) => services with { HmacSecret = cancellationToken => secret(provider, cancellationToken) });
    }

    /// <summary>Serves the users of a host name by code. Handlers are asked in the order of these calls, before the port mappings.</summary>
    /// <param name="pattern">A host name, <c>*.example.com</c> for exactly one label, or <c>*</c> for everybody.</param>
    /// <param name="handler">Decides; <see cref="NexusConnectResult.NoRoute"/> passes the user on.</param>
    /// <exception cref="ArgumentException">The pattern is none of these.</exception>
    public NexusClientBuilder MapConnect(string pattern, NexusConnectHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return MapConnect(pattern, _ => handler);
    }

    /// <summary>As the other one, with a handler from the host's services, in a scope for each user.</summary>
    /// <param name="pattern">A host name, <c>*.example.com</c> for exactly one label, or <c>*</c> for everybody.</param>
    /// <exception cref="ArgumentException">The pattern is none of these.</exception>
    public NexusClientBuilder MapConnect<THandler>(string pattern)
        where THandler : class, INexusConnectHandler => MapConnect(pattern, ScopedHandler.Create<THandler>);

    /// <summary>Sends the users of a public port to a local target.</summary>
    /// <param name="port">Public port of the hub.</param>
    /// <param name="target"><c>host:port</c>, <c>[v6]:port</c> or <c>:port</c> for this machine.</param>
    /// <param name="proxyProtocol">How a TCP target is told who the user is.</param>
    public NexusClientBuilder MapPort(int port, string target, NexusProxyProtocol proxyProtocol = NexusProxyProtocol.None)
    {
        Services.Configure<NexusBackendOptions>(Name, options => options.PortMappings[port] = new() { Default = target, ProxyProtocol = proxyProtocol });
        return this;
    }

    /// <summary>Adds a health check: healthy with a session to every hub, degraded with some, unhealthy with none.</summary>
    /// <param name="name">Name of the check; null for <c>nexus:</c> and the name of the backend.</param>
    /// <param name="tags">Tags of the check.</param>
    public NexusClientBuilder AddHealthCheck(string? name = null, IEnumerable<string>? tags = null)
    {
        Services.AddHealthChecks().Add(new(
            name ?? $"nexus:{Name}",
            provider => new SessionHealthCheck(provider.GetRequiredKeyedService<NexusClient>(Name)),
            failureStatus: null,
            tags));
        return this;
    }

    internal NexusClientBuilder Add(Func<IServiceProvider, NexusClientServices, NexusClientServices> step)
    {
        Services.Configure<ClientSetup>(Name, setup => setup.Steps.Add(step));
        return this;
    }

    private NexusClientBuilder MapConnect(string pattern, Func<IServiceProvider, NexusConnectHandler> create)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var host = default(HostPattern);
        if (pattern != "*" && !HostPattern.TryParse(pattern, out host)) throw new ArgumentException("The pattern must be a host name, \"*.\" and a host name, or \"*\".", nameof(pattern));
        return Add((provider, services) =>
        {
            var handler = create(provider);
            return services with { ConnectHandlers = [.. services.ConnectHandlers, pattern == "*" ? handler : OnlyFor(host, handler)] };
        });
    }

    private static NexusConnectHandler OnlyFor(HostPattern host, NexusConnectHandler handler) => (request, cancellationToken) =>
        host.Matches(request.Hostname) ? handler(request, cancellationToken) : ValueTask.FromResult(NexusConnectResult.NoRoute);
}
