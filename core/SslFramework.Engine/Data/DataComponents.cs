using Microsoft.Extensions.DependencyInjection;
using SslFramework.Engine.Data.Annotated;
using SslFramework.Engine.Data.Archives;
using SslFramework.Engine.Data.Sources;

namespace SslFramework.Engine.Data;

/// <summary>Registers the framework's data sources.</summary>
internal static class DataComponents
{
    /// <summary>The names of the sources that know more of images than a class, for messages.</summary>
    public const string WithPlaces = "'maskFolder' or 'scenes'";

    /// <summary>
    /// Makes <c>idx</c>, <c>cifar10</c>, <c>cifar100</c>, <c>imageFolder</c>, <c>tarShards</c>, <c>pack</c>, <c>synthetic</c>,
    /// <c>exemplarSeeds</c>, <c>scenes</c> and <c>maskFolder</c> available to experiments.
    /// </summary>
    public static IServiceCollection AddDataSources(this IServiceCollection services) => services
        .AddDataSource<IdxSource, IdxOptions>("idx")
        .AddDataSource<Cifar10Source, CifarOptions>("cifar10")
        .AddDataSource<Cifar100Source, CifarOptions>("cifar100")
        .AddDataSource<ImageFolderSource, ImageFolderOptions>("imageFolder")
        .AddDataSource<TarShardsSource, TarShardsOptions>("tarShards")
        .AddDataSource<PackSource, PackOptions>("pack")
        .AddDataSource<SyntheticSource, SyntheticOptions>("synthetic")
        .AddDataSource<SeedPatchSource, SeedPatchOptions>("exemplarSeeds")
        .AddDataSource<SceneSource, SceneOptions>("scenes")
        .AddDataSource<MaskFolderSource, MaskFolderOptions>("maskFolder");
}
