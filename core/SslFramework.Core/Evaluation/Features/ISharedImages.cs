using SslFramework.Core.Distributed;

namespace SslFramework.Core.Evaluation.Features;

/// <summary>Labelled images whose features several processes compute together.</summary>
internal interface ISharedImages : ILabelledImages
{
    /// <summary>The processes that all measure these images, and share the work of computing their features.</summary>
    IProcessGroup Group { get; }

    /// <summary>Bytes that features of these images may take; <see cref="Features.FeatureMemory.Default"/> if null.</summary>
    long? FeatureMemory { get; }
}
