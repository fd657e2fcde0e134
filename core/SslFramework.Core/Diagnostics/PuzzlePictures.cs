namespace SslFramework.Core.Diagnostics;

/// <summary>Puzzles as pictures.</summary>
public static class PuzzlePictures
{
    private const int White = 255;

    /// <summary>Draws each view, and beside it its tiles in one order or several.</summary>
    /// <param name="views">[N, C, H, W].</param>
    /// <param name="puzzles">For each order the tiles, row by row, [N, T, C, p, p].</param>
    /// <returns>uint8 [N, 1 + orders, C, H, W] on the CPU; puzzles are as large as the shorter side.</returns>
    public static Tensor Of(Tensor views, params Tensor[] puzzles)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (views.shape[2], views.shape[3]);
        var shorter = Math.Min(height, width);
        return stack([ShownPixels.Of(views), .. puzzles.Select(Laid)], 1).cpu().MoveToOuterDisposeScope();

        Tensor Laid(Tensor tiles)
        {
            var (n, side, channels, p) = (tiles.shape[0], (long)Math.Sqrt(tiles.shape[1]), tiles.shape[2], tiles.shape[3]);
            var (low, high) = (tiles.amin([2, 3, 4], keepdim: true), tiles.amax([2, 3, 4], keepdim: true)); // each from black to white
            var edge = 1 + (p / 16);
            var framed = nn.functional.pad((tiles - low) / (high - low).clamp_min(1e-6) * White, [0, edge, 0, edge], value: White);
            var whole = framed.view(n, side, side, channels, p + edge, p + edge).permute(0, 3, 1, 4, 2, 5)
                .reshape(n, channels, side * (p + edge), side * (p + edge));
            return nn.functional.pad(
                nn.functional.interpolate(whole, [shorter, shorter]), [0, width - shorter, 0, height - shorter], value: White)
                .round().to(uint8);
        }
    }
}
