using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Evaluation.Features;

namespace SslFramework.Engine.Evaluation.Dense;

/// <summary>Options that evaluators of maps have in common: what a patch is, and which patches are learned from.</summary>
internal abstract record DenseOptions
{
    /// <summary>Which maps make the <c>features</c> of a patch together.</summary>
    public MapChoice Maps { get; init; } = MapChoice.Four;

    /// <summary>Whether every map is also measured alone.</summary>
    public FeatureLayers Layers { get; init; } = FeatureLayers.Last;

    /// <summary>
    /// Side of a patch in pixels of the view: finer maps are averaged over it, coarser ones interpolated. 4 suits small images; take the
    /// patches' side of a transformer.
    /// </summary>
    [Range(1, 256)]
    public int Patch { get; init; } = 4;

    /// <summary>The most patches that are learned from, as many of each train image.</summary>
    [Range(1, 1 << 24)]
    public virtual int Patches { get; init; } = 1 << 17;

    /// <summary>Decides which patches are taken.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }
}
