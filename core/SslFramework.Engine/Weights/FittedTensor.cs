using SslFramework.Core.Backbones.Transformers;

namespace SslFramework.Engine.Weights;

/// <summary>Weights of another size that a backbone can start from all the same.</summary>
internal static class FittedTensor
{
    private const string Positions = "pos_embed";

    /// <summary>Returns a file's tensor in the shape of a backbone's own; null if there is no way.</summary>
    /// <param name="backbone">The backbone.</param>
    /// <param name="key">The tensor's key.</param>
    /// <param name="own">The backbone's.</param>
    /// <param name="given">The file's.</param>
    public static Tensor? Of(IBackbone backbone, string key, Tensor own, Tensor given)
    {
        if (own.is_floating_point() != given.is_floating_point())
        {
            return null;
        }

        var values = given.is_floating_point() ? given.to(own.dtype) : given;
        return own.shape.SequenceEqual(given.shape) ? values
            : key == Positions && backbone is ITokenBackbone tokens ? PositionsFor(tokens, own, values)
            : own.ndim == 4 && given.ndim == 4 && own.shape[0] == given.shape[0] && IsFirst(backbone, own)
                ? Kernel(backbone, own, ForChannels(values, own.shape[1]))
            : null;
    }

    /// <summary>
    /// Learned positions [1, prefix + L, D] of another grid, interpolated as for images of another size. Those of a class token are kept,
    /// or dropped, or stay the backbone's own, as there are any.
    /// </summary>
    private static Tensor? PositionsFor(ITokenBackbone backbone, Tensor own, Tensor given)
    {
        var (grid, kind) = (new ImageSize(backbone.GridRows, backbone.GridColumns), (backbone as VisionTransformer)?.Options);
        var prefix = own.shape[1] - ((long)grid.Height * grid.Width);
        if (given.ndim != 3 || given.shape[2] != own.shape[2] || prefix is not (0 or 1) || kind is { Positions: not PositionKind.Learned })
        {
            return null;
        }

        var givenPrefix = Side(given.shape[1] - prefix) is not null ? prefix : 1 - prefix;
        if (given.shape[1] <= givenPrefix || Side(given.shape[1] - givenPrefix) is not { } side)
        {
            return null;
        }

        var patches = given.narrow(1, givenPrefix, side * (long)side);
        var resized = side == grid.Height && side == grid.Width
            ? patches
            : GridPositions.Interpolate(patches, new(side, side), grid, kind?.PositionOffset ?? 0, kind?.PositionAntialias ?? false);
        return prefix == 0 ? resized : cat([(givenPrefix == 1 ? given : own).narrow(1, 0, 1), resized], 1);
    }

    /// <summary>The side of a square of so many places; null if it is none.</summary>
    private static int? Side(long places) =>
        (int)Math.Round(Math.Sqrt(Math.Max(0, places))) is > 0 and var side && (long)side * side == places ? side : null;

    private static bool IsFirst(IBackbone backbone, Tensor own) =>
        backbone.Layers.Count > 0 && own.shape[1] == backbone.Channels
        && backbone.Layers[0].Parameters.Any(parameter => parameter.Handle == own.Handle);

    /// <summary>Weights of a first layer for other channels: summed for one, else repeated, so that outputs stay as large.</summary>
    /// <param name="weights">[D, C, h, w].</param>
    /// <param name="channels">How many are wanted.</param>
    private static Tensor ForChannels(Tensor weights, long channels)
    {
        var given = weights.shape[1];
        return given == channels ? weights
            : channels == 1 ? weights.sum([1], keepdim: true)
            : weights.index_select(1, arange(channels).remainder(given)) * ((double)given / channels);
    }

    /// <summary>
    /// A patch projection for patches of another size: it gives of resized patches what it gave of the first ones, as near as can be.
    /// Beyer et al. 2023, https://arxiv.org/abs/2212.08013
    /// </summary>
    private static Tensor? Kernel(IBackbone backbone, Tensor own, Tensor weights)
    {
        if (own.shape.SequenceEqual(weights.shape))
        {
            return weights;
        }

        if (backbone is not ITokenBackbone)
        {
            return null;
        }

        var (places, wanted) = (weights.shape[2] * weights.shape[3], own.shape[2] * own.shape[3]); // p², q²
        var resizing = nn.functional.interpolate(
            eye(places).view(places, 1, weights.shape[2], weights.shape[3]),
            size: [own.shape[2], own.shape[3]],
            mode: InterpolationMode.Bicubic,
            align_corners: false,
            antialias: true).view(places, wanted); // of each place of a patch
        var flat = weights.view(-1, places).to(float32); // [D · C, p²]
        return flat.mm(linalg.pinv(resizing).t()).view(own.shape).to(own.dtype);
    }
}
