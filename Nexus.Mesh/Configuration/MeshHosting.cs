using Microsoft.Extensions.DependencyInjection.Extensions;
using Nexus.ServiceDefaults;

namespace Nexus.Mesh.Configuration;

internal static class MeshHosting
{
    /// <summary>Who this process is, for the features that tell others.</summary>
    public static void AddIdentity(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<MeshOptions, MeshOptionsValidator>(MeshOptions.SectionName);
        builder.Services.TryAddSingleton<MeshIdentity>();
    }
}
