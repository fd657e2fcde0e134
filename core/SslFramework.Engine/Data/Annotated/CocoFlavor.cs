namespace SslFramework.Engine.Data.Annotated;

/// <summary>What a file in COCO's form holds.</summary>
internal enum CocoFlavor
{
    /// <summary>Objects, by COCO.</summary>
    Objects,

    /// <summary>Objects, by LVIS: images are named by their addresses, and not searched for every class.</summary>
    Lvis,

    /// <summary>One class per image, by iNaturalist.</summary>
    Classes,
}
