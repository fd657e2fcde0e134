using Microsoft.Extensions.DependencyInjection;
using SslFramework.Engine.Data.Annotated;
using SslFramework.Engine.Data.Archives;
using SslFramework.Engine.Data.Sources;

namespace SslFramework.Engine.Data;

/// <summary>Registers the framework's data sources.</summary>
internal static class DataComponents
{
    /// <summary>The sources that know more of images than a class, and what they know if their files tell it.</summary>
    private static readonly (string Name, LabelKinds Kinds)[] Annotated =
    [
        ("voc", LabelKinds.Maps | LabelKinds.Objects | LabelKinds.ClassSets),
        ("coco", LabelKinds.Objects | LabelKinds.Masks | LabelKinds.Keypoints | LabelKinds.ClassSets),
        ("lvis", LabelKinds.Objects | LabelKinds.Masks),
        ("cityscapes", LabelKinds.Maps | LabelKinds.Objects | LabelKinds.Masks),
        ("ade20k", LabelKinds.Maps),
        ("maskFolder", LabelKinds.Maps),
        ("scenes", LabelKinds.Maps | LabelKinds.Objects | LabelKinds.Masks | LabelKinds.Keypoints | LabelKinds.ClassSets),
    ];

    /// <summary>The names of the sources that know all of something, for messages.</summary>
    public static string Knowing(LabelKinds kinds)
    {
        string[] names = [.. Annotated.Where(source => source.Kinds.HasFlag(kinds)).Select(source => $"'{source.Name}'")];
        return names switch
        {
            [] => "a source of your own",
            [var one] => one,
            [.. var others, var last] => $"{string.Join(", ", others)} or {last}",
        };
    }

    /// <summary>
    /// Makes <c>idx</c>, <c>cifar10</c>, <c>cifar100</c>, <c>stl10</c>, <c>imageFolder</c>, <c>imageList</c>, <c>inaturalist</c>,
    /// <c>tarShards</c>, <c>pack</c>, <c>synthetic</c>, <c>exemplarSeeds</c>, <c>scenes</c>, <c>maskFolder</c>, <c>coco</c>, <c>lvis</c>,
    /// <c>voc</c>, <c>cityscapes</c> and <c>ade20k</c> available to experiments.
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
        .AddDataSource<MaskFolderSource, MaskFolderOptions>("maskFolder")
        .AddDataSource<Stl10Source, Stl10Options>("stl10")
        .AddDataSource<ImageListSource, ImageListOptions>("imageList")
        .AddDataSource<InaturalistSource, CocoOptions>("inaturalist")
        .AddDataSource<CocoSource, CocoOptions>("coco")
        .AddDataSource<LvisSource, CocoOptions>("lvis")
        .AddDataSource<VocSource, VocOptions>("voc")
        .AddDataSource<CityscapesSource, CityscapesOptions>("cityscapes")
        .AddDataSource<Ade20kSource, Ade20kOptions>("ade20k");
}
