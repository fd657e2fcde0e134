namespace SslFramework.Core.Backbones.Transformers;

/// <summary>A backbone that skips residual branches at random while it is in training mode.</summary>
public interface IStochasticDepth
{
    /// <summary>
    /// The probability that training skips a branch of the last block; it grows linearly from 0 at the first; 0 to below 1.
    /// Huang et al. 2016, https://arxiv.org/abs/1603.09382
    /// </summary>
    double DropPath { get; set; }
}
