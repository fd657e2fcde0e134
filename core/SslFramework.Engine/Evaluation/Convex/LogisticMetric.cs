namespace SslFramework.Engine.Evaluation.Convex;

/// <summary>What is measured of logistic regression.</summary>
internal enum LogisticMetric
{
    /// <summary>The percentage of images whose class is found.</summary>
    Accuracy,

    /// <summary>The mean over classes of the percentage of their images whose class is found.</summary>
    MeanPerClass,

    /// <summary>
    /// The mean over classes of the average precision at eleven recalls, by one classifier per class: for images that show several classes.
    /// </summary>
    ElevenPointMap,
}
