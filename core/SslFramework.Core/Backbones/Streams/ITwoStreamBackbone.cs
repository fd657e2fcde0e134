namespace SslFramework.Core.Backbones.Streams;

/// <summary>
/// A backbone of two networks, each of which sees another part of an image: for methods that predict one part from the other, or compare
/// both.
/// </summary>
public interface ITwoStreamBackbone : IBackbone
{
    /// <summary>The network of the first part.</summary>
    IBackbone First { get; }

    /// <summary>The network of the second part, as deep and as wide as the first.</summary>
    IBackbone Second { get; }

    /// <summary>Whether <see cref="Split"/> reads colors, which it takes to be red, green and blue from 0 to 1.</summary>
    bool ReadsColors { get; }

    /// <summary>Splits images into what the two networks get.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <returns>[N, channels of the network, H, W] each, without gradient.</returns>
    (Tensor First, Tensor Second) Split(Tensor images);

    /// <summary>Runs the first network alone: the output of each of its layers.</summary>
    /// <param name="first">The first of what <see cref="Split"/> gave.</param>
    IReadOnlyList<Tensor> ForwardFirst(Tensor first) => First.ForwardLayers(first);

    /// <summary>Runs the second network alone: the output of each of its layers.</summary>
    /// <param name="second">The second of what <see cref="Split"/> gave.</param>
    IReadOnlyList<Tensor> ForwardSecond(Tensor second) => Second.ForwardLayers(second);
}
