using TorchSharp.Modules;

namespace SslFramework.Core.Tensors;

/// <summary>Layers that draw from torch's own generator while they are in training mode.</summary>
internal static class RandomLayers
{
    /// <summary>The layers in a module that drop something.</summary>
    public static IEnumerable<nn.Module> Within(nn.Module module) => module.modules().Prepend(module).Where(layer =>
        layer is Dropout { p: > 0 }
            or Dropout1d { p: > 0 }
            or Dropout2d { p: > 0 }
            or Dropout3d { p: > 0 }
            or AlphaDropout { p: > 0 }
            or FeatureAlphaDropout { p: > 0 });
}
