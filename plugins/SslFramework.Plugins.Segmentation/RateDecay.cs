namespace SslFramework.Plugins.Segmentation;

/// <summary>How the learning rate falls.</summary>
public enum RateDecay
{
    /// <summary>By a factor of ten after 70 % and after 90 % of the steps.</summary>
    Steps,

    /// <summary>Linearly to 0.</summary>
    Linear,
}
