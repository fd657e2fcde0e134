using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.Jigsaw;

/// <summary>Jigsaw puzzles, Noroozi and Favaro 2016, https://arxiv.org/abs/1603.09246</summary>
public sealed class JigsawPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddObjective<JigsawObjective, JigsawOptions>("jigsaw");
}
