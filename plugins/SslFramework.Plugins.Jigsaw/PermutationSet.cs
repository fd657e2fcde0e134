using System.Numerics;

namespace SslFramework.Plugins.Jigsaw;

/// <summary>
/// Permutations that differ from each other at many places, the same on every machine: the identity, and then again and again the one that
/// is farthest from those before. Section 3.2 of https://arxiv.org/abs/1603.09246
/// </summary>
public static class PermutationSet
{
    private const int Bits = 4; // of a tile's number
    private const ulong LowestBits = 0x1111_1111_1111_1111;

    /// <summary>Chooses permutations; of several that are equally far, the first in lexicographic order.</summary>
    /// <param name="tiles">Number of tiles, 2 to 9.</param>
    /// <param name="count">How many to choose, at most all.</param>
    /// <param name="choice">What far means.</param>
    /// <returns>int64 [count, tiles]: the tile at each place.</returns>
    public static Tensor Of(int tiles, int count, PermutationChoice choice)
    {
        var all = StartingWith(0, used: 0, places: 0, tiles).ToArray();
        var sums = new int[all.Length]; // of the distances to the chosen ones
        var least = Enumerable.Repeat(tiles, all.Length).ToArray(); // of these distances; 0: chosen itself
        var chosen = new List<ulong> { all[0] };
        while (chosen.Count < count)
        {
            var (best, highest) = (0, -1);
            for (var i = 0; i < all.Length; i++)
            {
                var distance = Distance(all[i], chosen[^1]);
                (sums[i], least[i]) = (sums[i] + distance, Math.Min(least[i], distance));
                var score = choice == PermutationChoice.Mean ? sums[i] : (least[i] * tiles * count) + sums[i];
                if (least[i] > 0 && score > highest)
                {
                    (best, highest) = (i, score);
                }
            }

            chosen.Add(all[best]);
        }

        long[] rows = [.. from row in chosen from place in Enumerable.Range(1, tiles) select (long)(row >> (Bits * (tiles - place)) & 15)];
        return tensor(rows, [count, tiles], device: CPU);
    }

    /// <summary>All permutations in lexicographic order, the first place in the highest bits.</summary>
    private static IEnumerable<ulong> StartingWith(ulong start, int used, int places, int tiles) => places == tiles ? [start] :
        from tile in Enumerable.Range(0, tiles)
        where (used >> tile & 1) == 0
        from permutation in StartingWith((start << Bits) | (uint)tile, used | (1 << tile), places + 1, tiles)
        select permutation;

    /// <summary>The number of places at which two permutations differ (Hamming distance).</summary>
    private static int Distance(ulong one, ulong other)
    {
        var different = one ^ other;
        different |= different >> 1;
        different |= different >> 2;
        return BitOperations.PopCount(different & LowestBits);
    }
}
