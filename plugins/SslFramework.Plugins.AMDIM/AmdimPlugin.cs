using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.AMDIM;

/// <summary>Augmented multiscale deep InfoMax, Bachman et al. 2019, https://arxiv.org/abs/1906.00910, and its network.</summary>
public sealed class AmdimPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services
        .AddObjective<AmdimObjective, AmdimOptions>("amdim")
        .AddBackbone<AmdimEncoder, AmdimEncoderOptions>("amdim-encoder");
}
