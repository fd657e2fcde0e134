namespace SslFramework.Core.Data.Decoding;

/// <summary>Which channels of a file become those that a source gives.</summary>
/// <param name="Colors">Channels of the file without alpha, or all of them if alpha is a channel as any other.</param>
/// <param name="BlendsAlpha">Whether the last channel is transparency.</param>
internal readonly record struct ChannelMatch(int Colors, bool BlendsAlpha)
{
    /// <summary>Matches the channels of a file with those that are asked for.</summary>
    /// <exception cref="ExperimentException">They do not fit.</exception>
    public static ChannelMatch Of(StoredImage image, DecodeOptions options, string name)
    {
        var (stored, wanted, isDropped) = (image.Channels, options.Channels, options.Alpha == AlphaChannel.Drop);
        var colors = stored - (image.HasAlpha ? 1 : 0);
        if (wanted == colors || (wanted is 1 or 3 && colors is 1 or 3))
        {
            return new(colors, image.HasAlpha && !isDropped);
        }

        if (wanted == stored || (isDropped && stored == 4 && wanted is 1 or 3))
        {
            return new(wanted == stored ? stored : 3, false);
        }

        var other = stored == 4 && wanted is 1 or 3 ? ", or \"alpha\" to \"drop\" to read the first three" : "";
        throw new ExperimentException(
            FailureKind.Data,
            $"The image '{name}' cannot be used: it has {stored} channel{(stored == 1 ? "" : "s")}, but \"channels\" of the data source "
            + $"is {wanted}; set it to {stored}{other}.");
    }
}
