using System.ComponentModel.DataAnnotations;

namespace SslFramework.Engine.Evaluation.Dense;

/// <summary>Options of <see cref="PatchKnn"/>.</summary>
internal sealed record PatchKnnOptions : DenseOptions
{
    /// <summary>Patches that vote; all of the bank if there are fewer.</summary>
    [Range(1, 1000)]
    public int K { get; init; } = 30;

    /// <summary>T in exp(similarity / T), the weight of a patch's vote.</summary>
    [Range(0.02, 100.0)]
    public double Temperature { get; init; } = 0.02;

    /// <summary>Whether the mean of the bank's features is subtracted first: raw pixels and random weights gain by it.</summary>
    public bool Center { get; init; }

    /// <summary>
    /// Whether pixels of the train images that count nowhere are of the background, as in the public code; else they are left out.
    /// </summary>
    public bool VoidAsBackground { get; init; }

    /// <summary>The most patches in the bank, as many of each train image, those of rare classes first.</summary>
    [Range(1, 1 << 24)]
    public override int Patches { get; init; } = 20_480;
}
