namespace SslFramework.Engine.Training;

/// <summary>A part of a training step.</summary>
internal enum StepPart
{
    /// <summary>Waiting for images, and bringing them to the device.</summary>
    Data,

    /// <summary>From views to loss.</summary>
    Forward,

    /// <summary>From loss to gradients.</summary>
    Backward,

    /// <summary>Gradient norm, checks of numbers, clipping, and the optimizer.</summary>
    Optimizer,

    /// <summary>What the objective does with its updated weights: a momentum encoder follows.</summary>
    AfterUpdate,

    /// <summary>Seeds and copies of buffers.</summary>
    Other,
}
