using System.Diagnostics;
using System.Globalization;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;
using SslFramework.Core.Data.Decoding;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Data.Sources;
using TorchSharp;

namespace SslFramework.Benchmarks;

/// <summary>Times whole epochs, this loader's and the peer's in turns, after one of each to warm up.</summary>
internal sealed class LoaderComparison(string images, string? peer, string peerImages, int workers, int rounds)
{
    private const int BatchSize = 50;
    private readonly ImageFolderSource folder = new(new ImageFolderOptions { Path = images });

    /// <summary>Prints a table.</summary>
    /// <param name="only">One recipe, or all.</param>
    public void Run(string? only)
    {
        torch.set_num_threads(1);
        Console.WriteLine(
            $"{folder.Count} images, {workers} workers, batches of {BatchSize}, {rounds} rounds in turns, medians. "
            + $".NET {Environment.Version}, JPEG by {ImageDecoder.JpegDecoder}.");
        if (peer is null)
        {
            Console.WriteLine("NO PEER: name one with --peer \"python3\" (see README.md). Its columns are left out.");
        }

        Console.WriteLine($"{"recipe",-24} {"images/s",9} {"peer",9} {"ratio",7} {"decode",9} {"of it",6} {"garbage",8}");
        Large("mae", ViewRecipes.Mae, ["mae"], only);
        Large("simclr, Pillow's blur", ViewRecipes.SimClr(BlurKernel.Pil), ["simclr-pillow"], only);
        Large("simclr, Gaussian blur", ViewRecipes.SimClr(BlurKernel.Simclr), ["simclr-torchvision", "simclr-v2"], only);
        Large("moco-v3", ViewRecipes.MocoV3, ["moco-v3"], only);
        var small = new SmallImages(folder, Math.Min(1000, 4 * folder.Count));
        Compare("simclr, 32 × 32, 1 core", small, ViewRecipes.SimClrSmall, threads: 0, ["simclr-small"], only);
        if (only is null or "multi-crop")
        {
            MultiCrop();
        }

        if (only is null or "scaled-decode")
        {
            ScaledDecode(1, [0.2, 1]);
            ScaledDecode(2, [0.08, 1]);
        }
    }

    /// <summary>What six local views cost beside the two global ones that come from the same decoded image.</summary>
    private void MultiCrop()
    {
        var loaders = new[] { 0, 6 }.Select(locals => new ViewLoader(
            folder,
            ViewRecipes.Build(ViewRecipes.Dino(locals), folder.Count),
            new LoaderOptions { BatchSize = BatchSize, Threads = workers })).ToArray();
        var (two, eight) = InTurns(loaders);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"multi-crop: 2 × 224 {two:F0} images/s, with 6 × 96 {eight:F0}: {two / eight:F2} times the time"));
    }

    /// <summary>What decoding large photographs at a smaller scale gains, and how far the pixels of views are moved.</summary>
    private void ScaledDecode(int crops, double[] scale)
    {
        var recipe = ViewRecipes.Build(ViewRecipes.Crops(crops, scale), folder.Count);
        var loaders = new[] { false, true }.Select(scaled => new ViewLoader(
            new ImageFolderSource(new ImageFolderOptions { Path = images, ScaledDecode = scaled }),
            recipe,
            new LoaderOptions { BatchSize = Math.Min(BatchSize, folder.Count), Threads = workers })).ToArray();
        var error = loaders[0].Read(0).Zip(loaders[1].Read(0))
            .Average(pair => (pair.First.Views[0] - pair.Second.Views[0]).abs().mean().ToDouble() * 255);
        var (whole, smaller) = InTurns(loaders);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"scaled decode: {crops} × 224 of {scale[0]} to 1: {whole:F1} images/s, scaled {smaller:F1}: {smaller / whole:F2} times as many, "
            + $"{error:F2} of 255 levels apart"));
    }

    private (double First, double Second) InTurns(ViewLoader[] loaders)
    {
        Array.ForEach(loaders, loader => Epoch(loader, 0));
        var rates = loaders.Select(_ => new List<double>()).ToArray();
        for (var round = 1; round <= rounds; round++)
        {
            for (var i = 0; i < loaders.Length; i++)
            {
                rates[i].Add(Epoch(loaders[i], round));
            }
        }

        Array.ForEach(loaders, loader => loader.Dispose());
        return (Median(rates[0]), Median(rates[1]));
    }

    private void Large(string name, RecipeOptions recipe, string[] peers, string? only) => Compare(name, folder, recipe, workers, peers, only);

    private void Compare(string name, IDataSource source, RecipeOptions recipe, int threads, string[] peers, string? only)
    {
        if (only is not null && !name.StartsWith(only, StringComparison.Ordinal))
        {
            return;
        }

        using var loader = new ViewLoader(
            source, ViewRecipes.Build(recipe, source.Count), new LoaderOptions { BatchSize = BatchSize, Threads = threads });
        foreach (var peerRecipe in peers)
        {
            using var other = peer is null ? null : PeerLoader.Start(peer, peerRecipe, peerImages, threads, BatchSize);
            Epoch(loader, 0);
            Decode(source, threads);
            var (ours, theirs, decoding) = (new List<double>(), new List<double>(), new List<double>());
            var garbage = 0L;
            for (var round = 1; round <= rounds; round++)
            {
                var before = GC.GetTotalAllocatedBytes(precise: true);
                ours.Add(Epoch(loader, round));
                garbage += GC.GetTotalAllocatedBytes(precise: true) - before;
                decoding.Add(Decode(source, threads));
                theirs.Add(other?.Epoch() ?? double.NaN);
            }

            var (own, others, limit) = (Median(ours), Median(theirs), Median(decoding));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-24} {own,9:F0} {others,9:F0} {own / others,7:F2} {limit,9:F0} {own / limit,6:P0} {(double)garbage / rounds / source.Count,6:F0} B  {peerRecipe} {other?.Versions}"));
        }
    }

    private static double Epoch(ViewLoader loader, int epoch)
    {
        var start = Stopwatch.GetTimestamp();
        var seen = loader.Read(epoch).Sum(batch => batch.Count);
        return seen / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // The limit: every image read and decoded, and nothing else, by as many threads
    private static double Decode(IDataSource source, int threads)
    {
        var start = Stopwatch.GetTimestamp();
        var next = -1;
        Thread[] decoders = [.. Enumerable.Range(0, Math.Max(threads, 1)).Select(_ => new Thread(() =>
        {
            var buffer = new PixelBuffer();
            for (var index = Interlocked.Increment(ref next); index < source.Count; index = Interlocked.Increment(ref next))
            {
                source.Read(index, buffer);
            }
        }))];
        Array.ForEach(decoders, thread => thread.Start());
        Array.ForEach(decoders, thread => thread.Join());
        return source.Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
