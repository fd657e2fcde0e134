namespace SslFramework.Core.Data;

/// <summary>Which part of a data set.</summary>
public enum DataSplit
{
    /// <summary>All images.</summary>
    All,

    /// <summary>Those to learn from.</summary>
    Train,

    /// <summary>Those to measure on.</summary>
    Test,
}
