using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Weights;

namespace SslFramework.Plugins.Swin;

/// <summary>Swin Transformer, Liu et al. 2021, https://arxiv.org/abs/2103.14030</summary>
public sealed class SwinPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services
        .AddBackbone<SwinTiny, SwinOptions>(SwinSize.Tiny.Name)
        .AddBackbone<SwinSmall, SwinOptions>(SwinSize.Small.Name)
        .AddBackbone<SwinBase, SwinOptions>(SwinSize.Base.Name)
        .AddBackbone<SwinLarge, SwinOptions>(SwinSize.Large.Name)
        .AddSingleton<ForeignFamily, ForeignSwin>();
}
