using SslFramework.Core.Distributed;

namespace SslFramework.Core.Evaluation.Features;

/// <summary>Labeled images whose features several processes compute together.</summary>
internal interface ISharedImages : ILabeledImages
{
    /// <summary>The processes that all measure these images and share the work of computing their features.</summary>
    IProcessGroup Group { get; }

    /// <summary>Bytes that features of these images may take; null takes <see cref="Features.FeatureMemory.Default"/>.</summary>
    long? FeatureMemory { get; }
}
