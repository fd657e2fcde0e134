using System.Text;
using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Storage;
using SslFramework.Core.Tensors;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Loading;
using SslFramework.Host.Configuration;
using SslFramework.Host.Terminal;
using SslFramework.Host.Weights;
using TorchSharp;

namespace SslFramework.Host.Commands.Embedding;

/// <summary>Writes one feature vector per image as a NumPy file, and a list of the images beside it.</summary>
internal sealed class FeatureWriter
{
    private const int BatchSize = 256;

    private readonly IBackbone backbone;
    private readonly int? layer;

    /// <param name="backbone">The network, with its weights.</param>
    /// <param name="layer">A layer's name, whose maps or tokens are averaged; null for the features.</param>
    /// <exception cref="ExperimentException">The backbone has no such layer.</exception>
    public FeatureWriter(IBackbone backbone, string? layer)
    {
        this.backbone = backbone;
        string[] names = [.. backbone.Layers.Select(known => known.Name)];
        var place = Array.IndexOf(names, layer);
        this.layer = layer is null or FeatureExtraction.LastLayer ? null : place >= 0 ? place : throw new ExperimentException(
            FailureKind.Usage, $"The backbone has no layer \"{layer}\"{Nearest.Hint(layer, [FeatureExtraction.LastLayer, .. names])}.");
    }

    /// <summary>
    /// Fails now if <see cref="Write"/> would fail after the work. Features and list are two files, so that their names must differ.
    /// </summary>
    /// <exception cref="ExperimentException">The name does not end in .npy, a file is there already, or none can be written.</exception>
    public static void Check(string file, bool force)
    {
        if (!file.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            throw new ExperimentException(
                FailureKind.Usage,
                $"--output is '{file}', but features are written as a NumPy file: "
                + "end its name in .npy (a .csv beside it lists the images).");
        }

        OutputFolder.EnsureNew(force, "the features", file, ListOf(file));
        DurableFile.Check(file);
    }

    /// <summary>Writes both files.</summary>
    /// <param name="images">The images.</param>
    /// <param name="preparation">Makes an input of each.</param>
    /// <param name="file">The NumPy file.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="threads">Threads that read images.</param>
    /// <exception cref="ExperimentException">There is no image, one cannot be read, or a file cannot be written.</exception>
    public WrittenFeatures Write(IDataSource images, IAugmentation preparation, string file, torch.Device device, int threads)
    {
        if (images.Count == 0)
        {
            throw new ExperimentException(FailureKind.Data, "There is no image to embed.");
        }

        backbone.Module.to(device);
        MallocTuning.KeepLargeBlocks();
        using var loader = new ViewLoader(images, preparation, new LoaderOptions
        {
            BatchSize = BatchSize,
            Threads = threads,
            MaximumBad = 1, // each has a row, and those of bad ones are NaN
            Shuffle = false,
            DropLast = false,
        });
        var dimension = 0L;
        DurableFile.Write(file, stream => dimension = WriteMatrix(stream, loader, images.Count, device));
        var bad = loader.Bad.List().ToDictionary(image => image.Index, image => image.Reason);
        var list = ListOf(file);
        DurableFile.WriteText(list, Listed(images, bad));
        return new(file, list, images.Count, dimension, bad.Count);
    }

    private static string ListOf(string file) => Path.ChangeExtension(file, ".csv");

    private long WriteMatrix(Stream stream, ViewLoader loader, int count, torch.Device device)
    {
        NpyStream? matrix = null;
        var (done, dimension) = (0, 0L);
        using var gradient = torch.no_grad();
        using var progress = new CountProgress("images", count);
        foreach (var batch in loader.Read(epoch: 0))
        {
            using var scope = torch.NewDisposeScope();
            var views = batch.Single().to(device);
            var features = layer is { } place ? FeatureExtraction.Averaged(backbone.ForwardLayers(views)[place]) : backbone.Forward(views);
            features = features.to(torch.float32).cpu().contiguous(); // [n, D]
            var bad = loader.Bad.List().Select(image => (long)image.Index).ToHashSet();
            for (var row = 0; row < batch.Count; row++)
            {
                if (bad.Contains(done + row)) // the batch itself names what it shows instead
                {
                    features[row].fill_(float.NaN); // another image stood in its place
                }
            }

            dimension = features.shape[1];
            matrix ??= new NpyStream(stream, count, dimension);
            matrix.Write(features.data<float>().ToArray());
            progress.Report(done += batch.Count);
        }

        return dimension;
    }

    private static string Listed(IDataSource images, Dictionary<int, string> bad)
    {
        var text = new StringBuilder(Csv.Line("row", "image", "class", "problem"));
        for (var i = 0; i < images.Count; i++)
        {
            var label = images.Label(i) is { } known && known < images.Classes.Count ? images.Classes[known] : "";
            text.Append(Csv.Line($"{i}", ImageName.Of(images, i), label, bad.GetValueOrDefault(i, "")));
        }

        return text.ToString();
    }
}
