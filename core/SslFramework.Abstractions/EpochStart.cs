namespace SslFramework;

/// <summary>The beginning of an epoch.</summary>
/// <param name="Epoch">The epoch's number, from 0.</param>
/// <param name="TotalEpochs">Epochs of the whole run.</param>
/// <param name="Random">Random numbers that no step of the run draws.</param>
/// <param name="Replicas">The processes that train together.</param>
/// <param name="Device">The device that batches are on.</param>
/// <param name="read">Reads the images with views by an augmentation, or by that of training.</param>
public sealed record EpochStart(
    int Epoch, int TotalEpochs, StepRandom Random, IReplicas Replicas, Device Device, Func<IAugmentation?, IEnumerable<ViewBatch>> read)
{
    private readonly Func<IAugmentation?, IEnumerable<ViewBatch>> read = read;

    /// <summary>
    /// Reads this process's part of all training images once, in order: the parts of all processes, one after the other, are the whole. A
    /// batch is valid until the next one is requested. Another epoch gives other views if the augmentation draws random numbers.
    /// </summary>
    /// <param name="augmentation">Makes the views; null takes the augmentation of training.</param>
    public IEnumerable<ViewBatch> ReadAll(IAugmentation? augmentation = null) => read(augmentation);
}
