namespace SslFramework.Core.Diagnostics;

/// <summary>
/// Views as pictures. An objective gets them normalized by numbers that it does not know: each channel is stretched from its darkest to its
/// brightest value in all of the views. If these are black and white, the result is exactly the view.
/// </summary>
public static class ShownPixels
{
    /// <summary>Converts [N, C, H, W] to the same shape of uint8.</summary>
    public static Tensor Of(Tensor views)
    {
        using var scope = NewDisposeScope();
        var (low, high) = (views.amin([0, 2, 3], keepdim: true), views.amax([0, 2, 3], keepdim: true));
        return ((views - low) / (high - low).clamp_min(1e-6) * 255).round().to(uint8).MoveToOuterDisposeScope();
    }
}
