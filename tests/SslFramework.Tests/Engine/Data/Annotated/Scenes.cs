using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;
using SslFramework.Engine.Data.Annotated;
using SslFramework.Engine.Data.Sources;
using SslFramework.Tests.Core.Augmentations;

namespace SslFramework.Tests.Engine.Data.Annotated;

/// <summary>Scenes of the images that ship.</summary>
internal static class Scenes
{
    private static readonly Lazy<IdxSource> Items = new(() => new IdxSource(new()
    {
        Images = Path.Combine(Repository.Root, "host/data/fashion-mnist/t10k-images-idx3-ubyte.gz"),
        Labels = Path.Combine(Repository.Root, "host/data/fashion-mnist/t10k-labels-idx1-ubyte.gz"),
    }));

    public static SceneSource Of(int count, int first = 0, int size = 64, long seed = 0, IDataSource? items = null) =>
        new(new SceneOptions { Count = count, First = first, Size = size, Seed = seed }, new Factory(items ?? Items.Value));

    /// <summary>Leaves images as they are.</summary>
    public static RecipeAugmentation Transform(IDataSource source) => Recipes.Build(
        new DataInfo(source.Count, source.Channels) { Size = source.Size }, 1, Recipes.Step<Normalize, NormalizeOptions>(new() { Mean = [0.4], Std = [0.3] }));

    private sealed class Factory(IDataSource items) : IComponentFactory
    {
        public TService Create<TService>(Component<TService> component, params object[] extras)
            where TService : class => (TService)items;
    }
}
