using System.ComponentModel.DataAnnotations;

namespace SslFramework.Engine.Data.Annotated;

/// <summary>Options of <see cref="SceneSource"/>.</summary>
internal sealed record SceneOptions
{
    /// <summary>Pictures of single things on black, with classes, such as Fashion-MNIST.</summary>
    [Required]
    public Component<IDataSource> Items { get; init; } = null!;

    /// <summary>Number of scenes.</summary>
    [Range(1, 100_000_000)]
    public int Count { get; init; } = 600;

    /// <summary>The number of the first scene. Scenes of other numbers have other grounds; give those to measure on others.</summary>
    [Range(0, 1_000_000_000)]
    public int First { get; init; }

    /// <summary>Rows and columns.</summary>
    [Range(32, 1024)]
    public int Size { get; init; } = 64;

    /// <summary>Another seed gives other scenes.</summary>
    public long Seed { get; init; }
}

/// <summary>
/// Scenes that need no file of their own: one to three items lie, large and small, on a ground of stripes and noise, with the class of
/// every pixel, and the box, the mask and the four outermost points of every item. The ground is as bright as the items and has
/// stronger edges, so that neither gives a class away.
/// </summary>
internal sealed class SceneSource : IAnnotatedSource
{
    private const double PointSigma = 0.05; // between those of a person's eyes and wrists

    private readonly SceneOptions options;
    private readonly IDataSource items;

    /// <summary>Opens the items.</summary>
    /// <exception cref="ExperimentException">The items differ in size, or have no classes.</exception>
    public SceneSource(SceneOptions options, IComponentFactory components)
    {
        (this.options, items) = (options, components.Create(options.Items));
        if (items.Size is null || items.Classes.Count is 0 or > 254 || Enumerable.Range(0, items.Count).Any(i => items.Label(i) is null))
        {
            throw new ExperimentException(
                FailureKind.Config, "\"items\" of 'scenes' must be images of one size, each of one of 1 to 254 classes; name others.");
        }

        Size = new ImageSize(options.Size, options.Size);
        Annotations = new(
            LabelKinds.Maps | LabelKinds.Objects | LabelKinds.Masks | LabelKinds.Keypoints | LabelKinds.ClassSets)
        {
            MapClasses = ["ground", .. items.Classes],
            ObjectClasses = items.Classes,
            Background = 0,
            KeypointNames = ["top", "bottom", "left", "right"],
            FlipPairs = [(2, 3)],
            Sigmas = [PointSigma, PointSigma, PointSigma, PointSigma],
        };
    }

    /// <inheritdoc/>
    public AnnotationInfo Annotations { get; }

    /// <inheritdoc/>
    public int Count => options.Count;

    /// <inheritdoc/>
    public int Channels => items.Channels;

    /// <inheritdoc/>
    public ImageSize? Size { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Files => items.Files;

    /// <summary>Empty: a scene as a whole has no class.</summary>
    public IReadOnlyList<string> Classes => [];

    /// <summary>Always null.</summary>
    public int? Label(int index) => null;

    /// <inheritdoc/>
    public void Read(int index, PixelBuffer destination)
    {
        var scene = Draw(index);
        var pixels = destination.Resize(options.Size, options.Size, Channels);
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)Math.Clamp(scene.Levels[i], 0, 255);
        }
    }

    /// <inheritdoc/>
    public void ReadMap(int index, PixelBuffer destination) =>
        Draw(index).WriteMap(destination.Resize(options.Size, options.Size, 1));

    /// <inheritdoc/>
    public ImageObjects Objects(int index) => Draw(index).Objects();

    /// <inheritdoc/>
    public IReadOnlyList<int> ClassSet(int index) => Objects(index).ClassSet();

    private Scene Draw(int index) =>
        Scene.Draw(items, options.Size, new SampleRandom(unchecked((ulong)options.Seed), 0, (ulong)((long)options.First + index), 0));
}
