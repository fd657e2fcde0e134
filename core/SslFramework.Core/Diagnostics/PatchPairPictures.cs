namespace SslFramework.Core.Diagnostics;

/// <summary>Pairs of patches as pictures: where they lie in a view, and what a network sees of them.</summary>
public static class PatchPairPictures
{
    private const int White = 255;
    private const double Paleness = 0.7; // of everything that no patch covers

    /// <summary>Draws a pair for each view.</summary>
    /// <param name="views">[N, C, H, W].</param>
    /// <param name="first">The first patch of each pair as the network gets it, [N, C, p, p].</param>
    /// <param name="second">The second patch of each pair, [N, C, p, p].</param>
    /// <param name="corners">Returns the upper left corners of both in a view.</param>
    /// <returns>
    /// uint8 [N, 3, C, H, W] on the CPU: the view, pale around its patches; both patches, each stretched from black to white and to the
    /// view's shorter side.
    /// </returns>
    public static Tensor Of(
        Tensor views, Tensor first, Tensor second, Func<int, ((int Top, int Left) First, (int Top, int Left) Second)> corners)
    {
        using var scope = NewDisposeScope();
        var (side, height, width) = (first.shape[2], views.shape[2], views.shape[3]);
        return stack([Places(), Enlarged(first), Enlarged(second)], 1).cpu().MoveToOuterDisposeScope();

        Tensor Places()
        {
            var shown = ShownPixels.Of(views);
            var pale = shown.to(float32).mul(1 - Paleness).add(Paleness * White).to(uint8);
            for (var n = 0; n < views.shape[0]; n++)
            {
                var (one, other) = corners(n);
                Patch(pale[n], one).copy_(Patch(shown[n], one));
                Patch(pale[n], other).copy_(Patch(shown[n], other));
            }

            return pale;
        }

        Tensor Patch(Tensor view, (int Top, int Left) corner) => view.narrow(1, corner.Top, side).narrow(2, corner.Left, side);

        Tensor Enlarged(Tensor patches)
        {
            var (low, high, shorter) =
                (patches.amin([1, 2, 3], keepdim: true), patches.amax([1, 2, 3], keepdim: true), Math.Min(height, width));
            var pixels = ((patches - low) / (high - low).clamp_min(1e-6) * White).round();
            return nn.functional.pad(
                nn.functional.interpolate(pixels, [shorter, shorter]), [0, width - shorter, 0, height - shorter], value: White).to(uint8);
        }
    }
}
