using SslFramework.Core.Augmentations.Batched;

namespace SslFramework.Plugins.Jigsaw;

/// <summary>Cuts the tiles of puzzles, without anything that would give their places away regardless of content.</summary>
internal static class JigsawTiles
{
    /// <summary>Cuts the tiles of each image, row by row.</summary>
    /// <returns>[N · T, C, p, p], each of mean 0 and deviation 1.</returns>
    /// <exception cref="ExperimentException">The views are too small.</exception>
    public static Tensor Cut(ViewBatch batch, StepRandom random, JigsawOptions options)
    {
        using var gradient = no_grad();
        using var float32Only = Autocast.Pause(batch.Device.type);
        using var scope = NewDisposeScope();
        var (images, side) = (batch.Single(), options.GridSide);
        var spacing = new PatchSpacing(options.PatchSize, options.Gap, options.Jitter) { ChannelShift = options.ChannelShift };
        var grid = new PatchGrid(spacing, new ImageSize((int)images.shape[2], (int)images.shape[3]), side, side);
        var corners = grid.Draw(batch, random);
        var tiles = images.shape[1] == 1 ? grid.Cut(images, corners) : WithoutAberration(
            cat([.. Enumerable.Range(0, 3).Select(channel => grid.Cut(images.narrow(1, channel, 1), Shifted(channel)))], 1));
        return ImageScaling.Standardize(tiles).MoveToOuterDisposeScope();

        (int Top, int Left)[] Shifted(int channel)
        {
            var draws = batch.Indices.Select(image => random.ForSample(image, stream: 1 + channel)).ToArray();
            return [.. corners.Select((corner, i) =>
            {
                ref var draw = ref draws[i / grid.Count];
                return (corner.Top + draw.Next(options.ChannelShift + 1), corner.Left + draw.Next(options.ChannelShift + 1));
            })];
        }

        Tensor WithoutAberration(Tensor colored)
        {
            var draws = random.Uniform(batch, 2, stream: 4).repeat_interleave(grid.Count, 0).view(-1, 2, 1, 1, 1); // one choice per image
            var (gray, projected) = (draws.select(1, 0).lt(options.GrayProbability), draws.select(1, 1).lt(options.ProjectProbability));
            return where(gray, colored.mean([1], keepdim: true), where(projected, ChromaticAberration.Project(colored), colored));
        }
    }
}
