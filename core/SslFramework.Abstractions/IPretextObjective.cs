namespace SslFramework;

/// <summary>
/// A method: everything that turns images without labels into a loss. How an image becomes input and target, heads,
/// momentum encoders, queues and the loss itself are one TorchSharp module, read beside its paper.
/// </summary>
/// <remarks>
/// The host calls, in this order and in one dispose scope: <see cref="ComputeLoss"/> (once for each micro-batch),
/// backward, <see cref="BeforeUpdate"/>, clipping, the optimizer, <see cref="AfterUpdate"/>. State that must survive a
/// restart is a parameter or buffer of <see cref="Module"/>, changed in place; what is larger than 64 MiB, such as a memory bank, in
/// <see cref="AfterUpdate"/> alone, because a step with a NaN loss is not taken and such a buffer cannot be given back. A module that an
/// objective has put in evaluation mode stays in it. With several processes the loss is the
/// mean over this process's anchors, and every process calls the same collectives in the same order.
/// </remarks>
public interface IPretextObjective
{
    /// <summary>Owns every parameter and buffer of the method, the backbone's included, each once.</summary>
    nn.Module Module { get; }

    /// <summary>The encoder that is evaluated and exported: trained by gradient, or following one that is, as a momentum teacher does.</summary>
    IBackbone Backbone { get; }

    /// <summary>The loss of one batch.</summary>
    StepResult ComputeLoss(ViewBatch batch, StepContext step);

    /// <summary>After backward, before clipping and the optimizer: for changes to gradients.</summary>
    void BeforeUpdate(StepContext step)
    {
    }

    /// <summary>After the optimizer: for momentum encoders, centres and the like. Runs without gradient.</summary>
    void AfterUpdate(StepContext step)
    {
    }
}
