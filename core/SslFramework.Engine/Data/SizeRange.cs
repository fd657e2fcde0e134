namespace SslFramework.Engine.Data;

/// <summary>Sizes of images, by number of pixels.</summary>
internal sealed record SizeRange(ImageSize Smallest, ImageSize Median, ImageSize Largest);
