using System.ComponentModel.DataAnnotations;

namespace SslFramework.Engine.Data.Loading;

/// <summary>Options of <see cref="ViewLoader"/>.</summary>
internal sealed record LoaderOptions
{
    /// <summary>Images per batch, over all <see cref="Parts"/>.</summary>
    [Range(1, 1 << 20)]
    public int BatchSize { get; init; } = 256;

    /// <summary>
    /// Parts that each batch is cut into, one per process that trains; divides <see cref="BatchSize"/>. If the last images are kept, the
    /// order itself is cut instead, and the parts may have other numbers of batches.
    /// </summary>
    [Range(1, 1 << 20)]
    public int Parts { get; init; } = 1;

    /// <summary>The part that is read, 0 to <see cref="Parts"/> − 1.</summary>
    [Range(0, 1 << 20)]
    public int Part { get; init; }

    /// <summary>Threads that read and augment; 0 uses the caller's own thread. The batches are the same for any number.</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>Finished batches that may wait for the reader.</summary>
    [Range(0, 64)]
    public int Prefetch { get; init; } = 2;

    /// <summary>Decides the order and every view.</summary>
    public long Seed { get; init; }

    /// <summary>Whether each epoch has another order, or all have the source's.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Whether the last images of an epoch are left out if they do not fill a batch.</summary>
    public bool DropLast { get; init; } = true;

    /// <summary>
    /// Whether batches are in memory that a CUDA device reads by itself. Whoever copies one with <c>non_blocking</c> must wait for
    /// the device before requesting the next, as a trainer does that reads its loss at every step.
    /// </summary>
    public bool Pinned { get; init; }

    /// <summary>The share of the images that may be bad. Another image replaces each, as <see cref="BadImages"/> says.</summary>
    [Range(0.0, 1.0)]
    public double MaximumBad { get; init; } = 0.01;
}
