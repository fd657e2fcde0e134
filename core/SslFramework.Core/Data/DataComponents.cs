using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Data.Archives;
using SslFramework.Core.Data.Sources;

namespace SslFramework.Core.Data;

/// <summary>Registers the framework's data sources.</summary>
public static class DataComponents
{
    /// <summary>
    /// Makes <c>idx</c>, <c>cifar10</c>, <c>cifar100</c>, <c>imageFolder</c>, <c>tarShards</c>, <c>pack</c>, <c>synthetic</c> and
    /// <c>exemplarSeeds</c> available to experiments.
    /// </summary>
    public static IServiceCollection AddDataSources(this IServiceCollection services) => services
        .AddDataSource<IdxSource, IdxOptions>("idx")
        .AddDataSource<Cifar10Source, CifarOptions>("cifar10")
        .AddDataSource<Cifar100Source, CifarOptions>("cifar100")
        .AddDataSource<ImageFolderSource, ImageFolderOptions>("imageFolder")
        .AddDataSource<TarShardsSource, TarShardsOptions>("tarShards")
        .AddDataSource<PackSource, PackOptions>("pack")
        .AddDataSource<SyntheticSource, SyntheticOptions>("synthetic")
        .AddDataSource<SeedPatchSource, SeedPatchOptions>("exemplarSeeds");
}
