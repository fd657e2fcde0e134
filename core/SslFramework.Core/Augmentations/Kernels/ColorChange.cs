namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>One change of colors, which ends clipped to [0, 1].</summary>
/// <param name="Operation">What is changed.</param>
/// <param name="Amount">How much it is changed; the operation says in which unit.</param>
internal readonly record struct ColorChange(ColorOperation Operation, float Amount);
