using System.Security.Cryptography;
using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;

namespace SslFramework.Engine.Weights;

/// <summary>What a backbone took of a file of weights, from which its training starts.</summary>
/// <param name="File">The file.</param>
/// <param name="Sha256">The hash of the whole file.</param>
internal sealed record StartWeights(string File, string Sha256)
{
    private const int Shown = 5;
    private const string Counter = "num_batches_tracked"; // of batch norm; old files lack it

    /// <summary>Keys that were taken, resized ones too.</summary>
    public required IReadOnlyList<string> Taken { get; init; }

    /// <summary>Those of them whose tensors were resized, with both shapes.</summary>
    public required IReadOnlyList<string> Resized { get; init; }

    /// <summary>Keys of the backbone that the file does not have, which start at random.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Keys of another shape, which start at random too, with both shapes.</summary>
    public required IReadOnlyList<string> Different { get; init; }

    /// <summary>Keys of the file that the backbone does not have, without those of heads and of other networks.</summary>
    public required IReadOnlyList<string> Unexpected { get; init; }

    /// <summary>Whether some of the backbone starts at random all the same.</summary>
    public bool IsPartial => Missing.Count + Different.Count > 0;

    /// <summary>What was taken, in one sentence.</summary>
    public string Sentence
    {
        get
        {
            var all = Taken.Count + Missing.Count + Different.Count;
            string[] lists =
            [
                .. new[]
                {
                    List("resized", Resized), List("missing and left at random", Missing),
                    List("of another shape and left at random", Different), List("unexpected and left out", Unexpected),
                }.OfType<string>(),
            ];
            return $"The backbone starts from '{File}', which gives {Taken.Count} of its {all} tensors"
                + $"{(lists.Length == 0 ? "" : "; ")}{string.Join("; ", lists)}.";
        }
    }

    /// <summary>Copies into a backbone what fits of a file: of any layout that is known, or of the backbone's own keys.</summary>
    /// <param name="backbone">The backbone, on the CPU.</param>
    /// <param name="path">A safetensors file, or one that PyTorch saved.</param>
    /// <param name="families">Other names of weights that plugins know.</param>
    /// <exception cref="ExperimentException">The file cannot be read, nothing in it fits, or a number in it is NaN or infinite.</exception>
    public static StartWeights Load(IBackbone backbone, string path, IEnumerable<ForeignFamily>? families = null)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var own = StateDict.Of(backbone.Module);
        var given = Given(ForeignWeights.ReadTensors(path), path, [.. own.Keys], families ?? []);
        var fitting = own.Where(pair => given.ContainsKey(pair.Key))
            .Select(pair => (pair.Key, Own: pair.Value, Given: given[pair.Key]))
            .Select(pair => (pair.Key, pair.Own, pair.Given, Fitted: FittedTensor.Of(backbone, pair.Key, pair.Own, pair.Given)))
            .ToArray();
        var taken = fitting.Where(pair => pair.Fitted is not null).ToArray();
        if (!Array.Exists(taken, pair => pair.Own.is_floating_point()))
        {
            throw new ExperimentException(
                FailureKind.Checkpoint,
                $"Nothing in '{path}' fits the backbone, whose keys are such as {string.Join(", ", own.Keys.Take(3))}, and the file's "
                + $"{string.Join(", ", given.Keys.Order(StringComparer.Ordinal).Take(3))}; name the network that the weights are of, "
                + "which 'ssl import' tells.");
        }

        if (Array.Find(taken, pair => !FiniteWeights.AreFinite(pair.Given, pair.Own.dtype)) is { Key: { } spoilt })
        {
            throw new ExperimentException(
                FailureKind.Checkpoint,
                $"'{path}' holds NaN or infinity in {spoilt}, of which nothing can be computed; get the file anew.");
        }

        foreach (var (_, tensor, _, fitted) in taken)
        {
            tensor.copy_(fitted!);
        }

        return new(path, HashOf(path))
        {
            Taken = [.. taken.Select(pair => pair.Key)],
            Resized = [.. taken.Where(pair => !pair.Given.shape.SequenceEqual(pair.Own.shape)).Select(Described)],
            Missing = [.. own.Keys.Where(key => !given.ContainsKey(key) && !key.EndsWith(Counter, StringComparison.Ordinal))],
            Different = [.. fitting.Where(pair => pair.Fitted is null).Select(Described)],
            Unexpected = [.. given.Keys.Where(key => !own.ContainsKey(key)).Order(StringComparer.Ordinal)],
        };

        static string Described((string Key, Tensor Own, Tensor Given, Tensor? Fitted) pair) =>
            $"{pair.Key} [{string.Join(", ", pair.Given.shape)}] → [{string.Join(", ", pair.Own.shape)}]";
    }

    /// <summary>The file's tensors by the backbone's keys, without heads.</summary>
    private static IReadOnlyDictionary<string, Tensor> Given(
        IReadOnlyDictionary<string, Tensor> file, string path, string[] own, IEnumerable<ForeignFamily> families)
    {
        var known = ForeignWeights.LayoutOf(file.Keys) is null ? null : ForeignWeights.Of(file, path);
        return ForeignWeights.Of(known?.Tensors ?? file, own)
            ?? ForeignWeights.Of(file, own)
            ?? OfFamily(file, own, families)
            ?? known?.Tensors
            ?? ForeignWeights.Behind(BackbonePlace.Most(own, [.. file.Keys]), file, own);
    }

    /// <summary>The weights as the family of the backbone names them; null if the file holds none of it.</summary>
    private static IReadOnlyDictionary<string, Tensor>? OfFamily(
        IReadOnlyDictionary<string, Tensor> file, string[] own, IEnumerable<ForeignFamily> families)
    {
        foreach (var (family, mark) in families.SelectMany(family => family.Marks.Select(mark => (family, mark))))
        {
            if (BackbonePlace.Behind([mark], [.. file.Keys]) is { } prefix
                && family.Own(ForeignWeights.Behind(prefix, file, own)) is var named && named.Keys.Any(own.Contains))
            {
                return named;
            }
        }

        return null;
    }

    private static string HashOf(string path)
    {
        using var stream = System.IO.File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string? List(string what, IReadOnlyList<string> keys) => keys.Count == 0 ? null
        : $"{keys.Count} {what} ({string.Join(", ", keys.Take(Shown))}{(keys.Count > Shown ? $" and {keys.Count - Shown} more" : "")})";
}
