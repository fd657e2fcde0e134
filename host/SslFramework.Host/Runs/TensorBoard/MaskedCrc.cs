using System.Numerics;

namespace SslFramework.Host.Runs.TensorBoard;

/// <summary>
/// The checksum of TFRecord files: CRC-32C, turned and shifted so that the sum of a record with sums in it is not special.
/// </summary>
internal static class MaskedCrc
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }
}
