using System.ComponentModel.DataAnnotations;

namespace SslFramework.Engine.Data.Loading;

/// <summary>Options of <see cref="ViewLoader"/>.</summary>
internal sealed record LoaderOptions
{
    /// <summary>Images in a batch, over all <see cref="Parts"/>.</summary>
    [Range(1, 1 << 20)]
    public int BatchSize { get; init; } = 256;

    /// <summary>Parts that each batch is cut into, one for each of the processes that train together; divides <see cref="BatchSize"/>.</summary>
    [Range(1, 1 << 20)]
    public int Parts { get; init; } = 1;

    /// <summary>Which part is read, 0 to <see cref="Parts"/> − 1.</summary>
    [Range(0, 1 << 20)]
    public int Part { get; init; }

    /// <summary>Threads that read and augment; with 0 the reader's own thread does it. The batches are the same for any number.</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>Finished batches that may wait for the reader.</summary>
    [Range(0, 64)]
    public int Prefetch { get; init; } = 2;

    /// <summary>Decides the order and every view.</summary>
    public long Seed { get; init; }

    /// <summary>Another order each epoch, or the source's.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Leaves out the last images of an epoch if they do not fill a batch.</summary>
    public bool DropLast { get; init; } = true;

    /// <summary>
    /// Batches in memory that a CUDA device reads by itself. Whoever copies one with <c>non_blocking</c> must have waited for
    /// the device before asking for the next, as a trainer does that reads its loss at every step.
    /// </summary>
    public bool Pinned { get; init; }

    /// <summary>The part of the images that may be bad. Another one is shown in the place of each, as <see cref="BadImages"/> says.</summary>
    [Range(0.0, 1.0)]
    public double MaximumBad { get; init; } = 0.01;
}
