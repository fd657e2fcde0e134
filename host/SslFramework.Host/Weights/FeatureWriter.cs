using System.Text;
using SslFramework.Core.Data;
using SslFramework.Core.Data.Loading;
using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Storage;
using SslFramework.Core.Tensors;
using SslFramework.Host.Terminal;
using TorchSharp;

namespace SslFramework.Host.Weights;

/// <summary>What was written: an image in each row, those that cannot be used as NaN.</summary>
/// <param name="Images">Rows.</param>
/// <param name="Dimension">Columns.</param>
/// <param name="Unusable">Rows that are NaN.</param>
internal sealed record WrittenFeatures(int Images, long Dimension, int Unusable);

/// <summary>Writes a feature vector per image into a NumPy file, and the images' names and classes into a list.</summary>
/// <param name="backbone">In evaluation mode, on the device.</param>
/// <param name="layer">The place of a layer, whose maps or tokens are averaged; null for the backbone's own features.</param>
/// <param name="device">Where it computes.</param>
internal sealed class FeatureWriter(IBackbone backbone, int? layer, torch.Device device)
{
    private const int BatchSize = 256;

    /// <summary>Writes both files.</summary>
    /// <param name="output">The .npy file.</param>
    /// <param name="list">The .csv file.</param>
    /// <param name="images">At least one.</param>
    /// <param name="augmentation">How an image becomes an input.</param>
    /// <param name="threads">Threads that read images.</param>
    /// <exception cref="ExperimentException">A file cannot be written, or the network does not take the images.</exception>
    public WrittenFeatures Write(string output, string list, IDataSource images, IAugmentation augmentation, int threads)
    {
        LargeBlocks.Keep();
        using var loader = new ViewLoader(images, augmentation, new LoaderOptions
        {
            BatchSize = BatchSize,
            Threads = threads,
            MaximumBad = 1, // each has a row, and those of bad ones are NaN
            Shuffle = false,
            DropLast = false,
        });
        var dimension = 0L;
        Durable.Write(output, stream => dimension = WriteRows(stream, loader, images.Count));
        var bad = loader.Bad.List().ToDictionary(image => image.Index, image => image.Reason);
        Durable.Write(list, stream => stream.Write(Encoding.UTF8.GetBytes(ListOf(images, bad))));
        return new(images.Count, dimension, bad.Count);
    }

    /// <returns>The features' dimension.</returns>
    private long WriteRows(Stream stream, ViewLoader loader, int count)
    {
        NpyStream? matrix = null;
        var (done, dimension) = (0, 0L);
        using var gradient = torch.no_grad();
        using var progress = new CountProgress("images", count);
        foreach (var batch in loader.Read(epoch: 0))
        {
            using var scope = torch.NewDisposeScope();
            var features = Features(batch.Single().to(device));
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

    /// <returns>On the CPU, [n, D].</returns>
    private torch.Tensor Features(torch.Tensor views)
    {
        var features = layer is { } place ? FeatureExtraction.Averaged(backbone.ForwardLayers(views)[place]) : backbone.Forward(views);
        return features.to(torch.float32).cpu().contiguous();
    }

    private static string ListOf(IDataSource images, Dictionary<int, string> bad)
    {
        var text = new StringBuilder(Csv.Line("row", "image", "class", "problem"));
        for (var i = 0; i < images.Count; i++)
        {
            var name = ImageName.Of(images, i);
            var label = images.Label(i) is { } known && known < images.Classes.Count ? images.Classes[known] : "";
            text.Append(Csv.Line($"{i}", name, label, bad.GetValueOrDefault(i, "")));
        }

        return text.ToString();
    }
}
