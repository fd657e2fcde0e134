namespace SslFramework.Plugins.Segmentation;

/// <summary>What makes scores of maps.</summary>
public enum HeadKind
{
    /// <summary>Two dilated convolutions on the last map.</summary>
    Fcn,

    /// <summary>A pyramid of four maps.</summary>
    Upernet,

    /// <summary>A norm and a linear classifier on the last map.</summary>
    Linear,
}
