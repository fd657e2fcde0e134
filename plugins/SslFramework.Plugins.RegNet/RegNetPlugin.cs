using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Weights;

namespace SslFramework.Plugins.RegNet;

/// <summary>RegNet, Radosavovic et al. 2020, https://arxiv.org/abs/2003.13678</summary>
public sealed class RegNetPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services
        .AddBackbone<RegNetY400mf, RegNetOptions>(RegNetSize.Y400mf.Name)
        .AddBackbone<RegNetY800mf, RegNetOptions>(RegNetSize.Y800mf.Name)
        .AddBackbone<RegNetY1600mf, RegNetOptions>(RegNetSize.Y1600mf.Name)
        .AddBackbone<RegNetY3200mf, RegNetOptions>(RegNetSize.Y3200mf.Name)
        .AddBackbone<RegNetY8gf, RegNetOptions>(RegNetSize.Y8gf.Name)
        .AddBackbone<RegNetY16gf, RegNetOptions>(RegNetSize.Y16gf.Name)
        .AddBackbone<RegNetY32gf, RegNetOptions>(RegNetSize.Y32gf.Name)
        .AddBackbone<RegNetX400mf, RegNetOptions>(RegNetSize.X400mf.Name)
        .AddBackbone<RegNetX800mf, RegNetOptions>(RegNetSize.X800mf.Name)
        .AddBackbone<RegNetX1600mf, RegNetOptions>(RegNetSize.X1600mf.Name)
        .AddBackbone<RegNetX3200mf, RegNetOptions>(RegNetSize.X3200mf.Name)
        .AddBackbone<RegNetX8gf, RegNetOptions>(RegNetSize.X8gf.Name)
        .AddBackbone<RegNetX16gf, RegNetOptions>(RegNetSize.X16gf.Name)
        .AddBackbone<RegNetX32gf, RegNetOptions>(RegNetSize.X32gf.Name)
        .AddSingleton<ForeignFamily, ForeignRegNet>();
}
