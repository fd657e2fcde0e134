using SslFramework.Core.Tensors;

namespace SslFramework.Core.Backbones;

/// <summary>
/// A block around a shortcut, whose branches training may skip at random, and whose activations may be computed again for the gradient.
/// </summary>
/// <param name="name">The class, for messages.</param>
/// <param name="recompute">Whether activations inside the block are computed again instead of kept.</param>
public abstract class ResidualBlock(string name, bool recompute) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>The probability, below 1, that training skips a branch of an image.</summary>
    public double DropPath { get; set; }

    /// <summary>Runs the block.</summary>
    /// <param name="input">A row per image.</param>
    public sealed override Tensor forward(Tensor input) => recompute ? Recomputation.Run(this, Compute, input) : Compute(input);

    /// <summary>Zeroes the branch of some images and scales the others so that the mean stays the same.</summary>
    /// <param name="branch">A row per image.</param>
    /// <param name="probability">The probability that a row becomes 0, below 1.</param>
    public static Tensor DropSome(Tensor branch, double probability)
    {
        var keep = 1 - probability;
        // Drawn on the CPU: another device draws the same.
        var kept = rand(branch.shape[0], device: CPU).lt(keep).to(branch.dtype).div_(keep); // [N]
        return branch * kept.view([-1, .. Enumerable.Repeat(1L, (int)branch.ndim - 1)]).to(branch.device);
    }

    /// <summary>Gives blocks probabilities that grow linearly from 0 at the first.</summary>
    /// <param name="stages">Blocks, and modules that have some, from input to output.</param>
    /// <param name="last">The probability of the last block, below 1.</param>
    internal static void SetDropPath(IEnumerable<nn.Module> stages, double last)
    {
        ResidualBlock[] blocks = [.. stages.SelectMany(stage => stage.modules().Prepend(stage)).OfType<ResidualBlock>()];
        foreach (var (b, block) in blocks.Index())
        {
            block.DropPath = last * b / Math.Max(1, blocks.Length - 1);
        }
    }

    /// <summary>Computes the block's output, in a dispose scope of its own.</summary>
    /// <param name="input">A row per image.</param>
    protected abstract Tensor Compute(Tensor input);

    /// <summary>Skips a branch of some images in training, and leaves it as it is otherwise.</summary>
    protected Tensor Dropped(Tensor branch) => training && DropPath > 0 ? DropSome(branch, DropPath) : branch;
}
