using Microsoft.Extensions.DependencyInjection;
using SslFramework.Engine.Data.Archives;
using SslFramework.Engine.Data.Sources;

namespace SslFramework.Engine.Data;

/// <summary>Registers the framework's data sources.</summary>
internal static class DataComponents
{
    /// <summary>Makes <c>idx</c>, <c>cifar10</c>, <c>cifar100</c>, <c>imageFolder</c>, <c>tarShards</c>, <c>pack</c>, <c>synthetic</c> and <c>exemplarSeeds</c> available to experiments.</summary>
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
