namespace TorchSharp;

/// <summary>TorchSharp as it might have looked: libraries compiled against it ask for what today's lacks.</summary>
#pragma warning disable CS8981 // TorchSharp's own name
public static class torch
#pragma warning restore CS8981
{
    public static double vander_of_old(double x) => x;
}
