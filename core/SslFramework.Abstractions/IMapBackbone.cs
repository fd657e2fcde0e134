namespace SslFramework;

/// <summary>
/// A backbone that gives maps of features, for segmentation, detection and the like: of images of any size, and with strides that can be
/// lowered.
/// </summary>
public interface IMapBackbone : IBackbone
{
    /// <summary>The maps that it can give, from input to output.</summary>
    IReadOnlyList<FeatureMap> Maps { get; }

    /// <summary>Pixels of the image per pixel of the last map. Lowering it turns strides into dilations and changes no weight.</summary>
    int OutputStride { get; set; }

    /// <summary>Encodes images.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <param name="which">Numbers of the wanted maps in <see cref="Maps"/>.</param>
    /// <returns>For each, [N, channels, H / stride, W / stride].</returns>
    IReadOnlyList<Tensor> ForwardMaps(Tensor images, IReadOnlyList<int> which);
}

/// <summary>A map of features.</summary>
/// <param name="Name">Its name, such as <c>layer3</c>.</param>
/// <param name="Channels">Length of a feature vector at a place.</param>
/// <param name="Stride">Pixels of the image per pixel of the map.</param>
public sealed record FeatureMap(string Name, int Channels, int Stride);
