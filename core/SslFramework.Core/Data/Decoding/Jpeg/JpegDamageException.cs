namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>A JPEG does not follow the standard, or its data end too early.</summary>
/// <param name="why">What is wrong, as a part of a sentence.</param>
internal sealed class JpegDamageException(string why) : Exception(why);
