namespace SslFramework.Core.Data;

/// <summary>A part of a data set.</summary>
public enum DataSplit
{
    /// <summary>All images.</summary>
    All,

    /// <summary>The images to learn from.</summary>
    Train,

    /// <summary>The images to measure on.</summary>
    Test,
}
