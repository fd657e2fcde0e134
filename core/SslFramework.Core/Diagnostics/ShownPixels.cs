namespace SslFramework.Core.Diagnostics;

/// <summary>
/// Views as pictures. An objective gets them normalized by numbers that it does not know: each channel is stretched from its darkest to its
/// brightest value in all of the views. If these are black and white, the result is exactly the view.
/// </summary>
public static class ShownPixels
{
    /// <summary>Converts [N, C, H, W] to the same shape of uint8.</summary>
    public static Tensor Of(Tensor views) => Of(views, views);

    /// <summary>Converts [N, C, H, W] as it would other views: what is darker or brighter than these is cut off.</summary>
    /// <param name="views">What is shown, such as pictures that a network made.</param>
    /// <param name="others">The views whose darkest and brightest values are black and white, [M, C, …].</param>
    public static Tensor Of(Tensor views, Tensor others)
    {
        using var scope = NewDisposeScope();
        var (low, high) = (others.amin([0, 2, 3], keepdim: true), others.amax([0, 2, 3], keepdim: true));
        var shown = ((views - low) / (high - low).clamp_min(1e-6)).clamp(0, 1) * 255;
        return shown.round().to(uint8).MoveToOuterDisposeScope();
    }
}
