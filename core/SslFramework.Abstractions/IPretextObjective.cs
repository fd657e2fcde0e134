namespace SslFramework;

/// <summary>
/// A method: everything that turns images without labels into a loss. How an image becomes input and target, heads,
/// momentum encoders, queues and the loss itself are one TorchSharp module, read beside its paper.
/// </summary>
/// <remarks>
/// The host calls <see cref="BeginEpoch"/>, and then for each step, in this order and in one dispose scope:
/// <see cref="ComputeLoss"/> (once for each micro-batch), backward, <see cref="BeforeUpdate"/>, clipping, the optimizer,
/// <see cref="AfterUpdate"/>. State that must survive a restart is a parameter or buffer of <see cref="Module"/>, changed in place. State
/// larger than 64 MiB, such as a memory bank, may only be changed in <see cref="AfterUpdate"/>, because a step with a NaN loss is skipped
/// and a buffer of that size cannot be restored. A module that an objective has put in evaluation mode stays in it. With several processes
/// the loss is the mean over this process's anchors, and every process calls the same collectives in the same order.
/// </remarks>
public interface IPretextObjective
{
    /// <summary>Owns every parameter and buffer of the method, the backbone's included, each once.</summary>
    nn.Module Module { get; }

    /// <summary>
    /// The encoder that is evaluated and exported: trained by gradient, or one that follows another encoder, as a momentum teacher does.
    /// </summary>
    IBackbone Backbone { get; }

    /// <summary>
    /// How some of the parameters are trained otherwise than the rest. An experiment may add rules of its own in <c>training.rules</c>.
    /// </summary>
    IReadOnlyList<ParameterRule> Rules => [];

    /// <summary>
    /// Runs before the first step of every epoch, without gradient, for methods that look at all training images, such as those that
    /// cluster them; not if a run resumes within an epoch. What it finds is kept in buffers of <see cref="Module"/>, changed in place, and
    /// depends on nothing but the module's state and <paramref name="epoch"/>. The networks are in training mode; put them in evaluation
    /// mode while you read, because several processes may have other numbers of batches, which batch norm would wait for.
    /// </summary>
    /// <param name="epoch">Which epoch it is, and its images.</param>
    void BeginEpoch(EpochStart epoch)
    {
    }

    /// <summary>
    /// Images as the backbone is trained on them, to measure how spread out its features are; without gradient. Override it if the
    /// objective normalizes or cuts the views before the backbone sees them.
    /// </summary>
    /// <param name="batch">A batch of training.</param>
    /// <returns>[N, C, H, W]; the first view, if it is not overridden.</returns>
    Tensor BackboneImages(ViewBatch batch) => batch.Views[0];

    /// <summary>Computes the loss of one batch.</summary>
    StepResult ComputeLoss(ViewBatch batch, StepContext step);

    /// <summary>Runs after backward, before clipping and the optimizer: for changes to gradients.</summary>
    void BeforeUpdate(StepContext step)
    {
    }

    /// <summary>Runs after the optimizer, without gradient: for momentum encoders, centers and the like.</summary>
    void AfterUpdate(StepContext step)
    {
    }
}
