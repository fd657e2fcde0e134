namespace SslFramework;

/// <summary>How a number is to be read.</summary>
public enum MeasurementKind
{
    /// <summary>Says how good the features are: higher is better.</summary>
    Score,

    /// <summary>Says how the features lie in their space, which is neither good nor bad by itself.</summary>
    Description,

    /// <summary>
    /// Says how other numbers came about, such as the learning rate that was chosen: only evaluation.json has it. Details by the names
    /// <c>METRIC of CLASS</c>, such as <c>IoU of dog</c>, are a table of classes in the report.
    /// </summary>
    Detail,
}
