using SslFramework.Core.Tensors;

namespace SslFramework.Core.Backbones;

/// <summary>
/// Pools a backbone's last maps to a few places and lays them out in a row, for methods that ask where in an image something
/// is: the mean over a whole map forgets it.
/// </summary>
public static class PooledMaps
{
    /// <summary>Encodes images.</summary>
    /// <param name="backbone">The backbone; its last layer must give maps.</param>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <param name="side">Places in each direction, s.</param>
    /// <returns>[N, channels · s · s].</returns>
    /// <exception cref="ExperimentException">The last layer gives something else.</exception>
    public static Tensor Of(IBackbone backbone, Tensor images, int side) => backbone.ForwardLayers(images)[^1] is { ndim: 4 } maps
        ? nn.functional.adaptive_avg_pool2d(maps, side).flatten(1)
        : throw new ExperimentException(
            FailureKind.Config,
            "The objective reads maps of the backbone's last layer, and this one's gives none; take \"resnet18\", or leave out "
            + "\"pooledSide\" if you set it.");

    /// <summary>
    /// The length of what <see cref="Of"/> gives, found by one forward of an empty image, because no backbone reports it.
    /// </summary>
    public static int Length(IBackbone backbone, ImageSize size, int side)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var modes = new KeptModes(backbone.Module);
        backbone.Module.eval();
        return (int)Of(backbone, zeros(1, backbone.Channels, size.Height, size.Width), side).shape[1];
    }
}
