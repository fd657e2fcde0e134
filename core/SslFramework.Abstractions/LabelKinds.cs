namespace SslFramework;

/// <summary>What is known of an image besides its pixels: what a source has, or an evaluator needs.</summary>
[Flags]
public enum LabelKinds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>One class per image.</summary>
    Classes = 1,

    /// <summary>A set of classes per image.</summary>
    ClassSets = 2,

    /// <summary>A class per pixel.</summary>
    Maps = 4,

    /// <summary>Boxes with classes.</summary>
    Objects = 8,

    /// <summary>A mask per object.</summary>
    Masks = 16,

    /// <summary>Points per object.</summary>
    Keypoints = 32,
}
