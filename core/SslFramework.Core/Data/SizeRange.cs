namespace SslFramework.Core.Data;

/// <summary>Sizes of images, by number of pixels.</summary>
public sealed record SizeRange(ImageSize Smallest, ImageSize Median, ImageSize Largest);
