using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Augmentations;

/// <summary>Options of <see cref="RecipeAugmentation"/>.</summary>
internal sealed record RecipeOptions
{
    /// <summary>The views, in order.</summary>
    [MinLength(1)]
    public IReadOnlyList<ViewOptions> Views { get; init; } = [];
}

/// <summary>One or several views that are made by the same recipe, with randomness of their own.</summary>
internal sealed record ViewOptions
{
    /// <summary>Number of views made by this recipe.</summary>
    [Range(1, 64)]
    public int Count { get; init; } = 1;

    /// <summary>The recipe, in order.</summary>
    public IReadOnlyList<Component<IRecipeStep>> Steps { get; init; } = [];
}

/// <summary>Views made by recipes: lists of steps in the experiment file. Values are in [0, 1] unless a recipe normalizes them.</summary>
internal sealed class RecipeAugmentation : ITracedAugmentation
{
    private const int MostChannels = 32;
    private readonly IRecipeStep[][] recipes;
    private readonly ConcurrentQueue<ViewScratch> idle = new(); // lent, not bound to threads, because loaders start new ones every epoch

    /// <summary>Builds the steps and checks that they fit together and to the data.</summary>
    /// <exception cref="ExperimentException">
    /// Images have too many channels, a step cannot work on them, or a recipe never fixes their size.
    /// </exception>
    public RecipeAugmentation(RecipeOptions options, DataInfo data, IComponentFactory components)
    {
        if (data.Channels is < 1 or > MostChannels)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The augmentation 'recipe' takes images of 1 to {MostChannels} channels, but \"data\" has images of "
                + $"{data.Channels}; use another source, or an augmentation of your own.");
        }

        var recipes = new List<IRecipeStep[]>();
        var views = new List<ViewShape>();
        var normalized = false;
        foreach (var view in options.Views)
        {
            IRecipeStep[] steps = [.. view.Steps.Select(step => components.Create(step))];
            var traits = steps.Aggregate(new ImageTraits(data.Channels, data.Size), (before, step) => step.After(before));
            normalized |= traits.Normalized;
            BentBy ??= traits.BentBy;
            recipes.AddRange(Enumerable.Repeat(steps, view.Count));
            views.AddRange(Enumerable.Repeat(ShapeOf(traits, views.Count), view.Count));
        }

        if (views.Count == 0)
        {
            throw new ExperimentException(FailureKind.Config, "The augmentation 'recipe' makes no view; add one to \"views\".");
        }

        (this.recipes, Views) = ([.. recipes], views);
        Range = normalized ? null : ValueRange.Unit;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ViewShape> Views { get; }

    /// <inheritdoc/>
    public ValueRange? Range { get; }

    /// <inheritdoc/>
    public string? BentBy { get; }

    /// <inheritdoc/>
    public PixelBox Needed(ImageSize image, int view, SampleRandom random)
    {
        var own = Stream(random.NextBits(), 0);
        return recipes[view] is [var first, ..] ? first.Needed(image, ref own) : PixelBox.All(image);
    }

    /// <inheritdoc/>
    public int Reduction(ImageSize image, int view, SampleRandom random)
    {
        var own = Stream(random.NextBits(), 0);
        return recipes[view] is [var first, ..] ? first.Reduction(image, ref own) : 1;
    }

    /// <inheritdoc/>
    public void Apply(ImagePixels image, int view, SampleRandom random, Span<float> destination) => Trace(image, view, random, destination);

    /// <inheritdoc/>
    public ViewGeometry Trace(ImagePixels image, int view, SampleRandom random, Span<float> destination)
    {
        var scratch = idle.TryDequeue(out var used) ? used : new ViewScratch();
        var working = new ViewImage(image, scratch, destination);
        var key = random.NextBits();
        var steps = recipes[view];
        for (var i = 0; i < steps.Length; i++)
        {
            var own = Stream(key, i);
            steps[i].Apply(ref working, ref own);
        }

        working.Finish();
        idle.Enqueue(scratch);
        return working.Geometry;
    }

    // One stream per step: a probability or a retry in one of them changes no other.
    private static SampleRandom Stream(ulong view, int step) => new(view, (ulong)step, 0, 0);

    private static ViewShape ShapeOf(ImageTraits traits, int view) => traits.Size is { } size
        ? new ViewShape(traits.Channels, size.Height, size.Width)
        : throw new ExperimentException(
            FailureKind.Config,
            $"The recipe of view {view + 1} leaves images at sizes of their own, and the data's differ; "
            + "add 'randomResizedCrop', 'centerCrop', 'randomCrop' or 'resize' with \"height\" and \"width\".");
}
