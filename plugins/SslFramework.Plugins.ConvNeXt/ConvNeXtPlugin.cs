using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Weights;

namespace SslFramework.Plugins.ConvNeXt;

/// <summary>ConvNeXt, Liu et al. 2022, https://arxiv.org/abs/2201.03545</summary>
public sealed class ConvNeXtPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services
        .AddBackbone<ConvNeXtTiny, ConvNeXtOptions>(ConvNeXtSize.Tiny.Name)
        .AddBackbone<ConvNeXtSmall, ConvNeXtOptions>(ConvNeXtSize.Small.Name)
        .AddBackbone<ConvNeXtBase, ConvNeXtOptions>(ConvNeXtSize.Base.Name)
        .AddBackbone<ConvNeXtLarge, ConvNeXtOptions>(ConvNeXtSize.Large.Name)
        .AddSingleton<ForeignFamily, ForeignConvNeXt>();
}
