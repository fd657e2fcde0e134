using SslFramework.Engine.Data.Sources;

namespace SslFramework.Engine.Data.Annotated;

/// <summary>
/// Images of species in one class each, by a file in COCO's form: iNaturalist 2017, 2018 and 2019. Van Horn et al. 2018,
/// https://arxiv.org/abs/1707.06642
/// </summary>
internal sealed class InaturalistSource : ListedSource
{
    private readonly CocoIndex index;

    /// <summary>Reads the file, or the cached index of it.</summary>
    /// <exception cref="ExperimentException">The file is missing, damaged, or says what cannot be.</exception>
    public InaturalistSource(CocoOptions options)
        : this(options, CocoIndex.Open(options.Annotations, CocoFlavor.Classes))
    {
    }

    private InaturalistSource(CocoOptions options, CocoIndex index)
        : base(options, options.Annotations, options.Images, index.Names) => this.index = index;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => index.Classes;

    /// <inheritdoc/>
    private protected override int? LabelOfEntry(int entry) =>
        index.Of(entry) is var own && own.Start.Value < own.End.Value ? index.ClassOf(own.Start.Value) : null;
}
