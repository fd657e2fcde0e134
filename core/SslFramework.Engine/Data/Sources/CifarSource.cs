using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Data;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Sources;

/// <summary>Options of <see cref="Cifar10Source"/> and <see cref="Cifar100Source"/>.</summary>
internal sealed record CifarOptions
{
    /// <summary>The unpacked folder of the binary version, or one .bin file of it.</summary>
    [Required]
    [FilePath]
    public string Path { get; init; } = "";

    /// <summary>Which files of the folder are read.</summary>
    public DataSplit Split { get; init; } = DataSplit.Train;
}

/// <summary>
/// CIFAR's binary version: records of one or two label bytes and 32 · 32 red, green and blue bytes. Held in memory.
/// Krizhevsky 2009, https://www.cs.toronto.edu/~kriz/cifar.html
/// </summary>
internal abstract class CifarSource : IDataSource
{
    private const int Side = 32;
    private const int Area = Side * Side;
    private readonly byte[] records;
    private readonly int labelBytes;

    /// <summary>Reads the files.</summary>
    /// <param name="options">The options, which say where the files are.</param>
    /// <param name="trainFiles">Names of the training files in the folder.</param>
    /// <param name="testFile">Name of the test file in the folder.</param>
    /// <param name="namesFile">Name of the file of class names, one per line; it may be missing.</param>
    /// <param name="labelBytes">Label bytes per record; the last one counts.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <exception cref="ExperimentException">A file is missing, or does not consist of such records.</exception>
    private protected CifarSource(
        CifarOptions options, string[] trainFiles, string testFile, string namesFile, int labelBytes, int classCount)
    {
        this.labelBytes = labelBytes;
        var folder = Directory.Exists(options.Path) ? options.Path : System.IO.Path.GetDirectoryName(options.Path) ?? "";
        string[] files = !Directory.Exists(options.Path) ? [options.Path]
            : options.Split == DataSplit.Train ? [.. trainFiles.Select(file => System.IO.Path.Combine(folder, file))]
            : options.Split == DataSplit.Test ? [System.IO.Path.Combine(folder, testFile)]
            : [.. trainFiles.Append(testFile).Select(file => System.IO.Path.Combine(folder, file))];
        Files = files;
        records = ReadRecords(files, classCount);
        Count = records.Length / RecordLength;
        Classes = ImageListFile.Names(System.IO.Path.Combine(folder, namesFile), classCount, firstNumber: 0);
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Channels => 3;

    /// <inheritdoc/>
    public ImageSize? Size => new ImageSize(Side, Side);

    /// <inheritdoc/>
    public IEnumerable<string> Files { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    private int RecordLength => labelBytes + (3 * Area);

    /// <inheritdoc/>
    public int? Label(int index) => records[(index * RecordLength) + labelBytes - 1];

    /// <inheritdoc/>
    public void Read(int index, PixelBuffer destination)
    {
        var planes = records.AsSpan((index * RecordLength) + labelBytes, 3 * Area);
        var target = destination.Resize(Side, Side, 3);
        for (var i = 0; i < Area; i++)
        {
            target[3 * i] = planes[i];
            target[(3 * i) + 1] = planes[i + Area];
            target[(3 * i) + 2] = planes[i + (2 * Area)];
        }
    }

    private byte[] ReadRecords(string[] files, int classCount)
    {
        var streams = new List<RetriedStream>();
        try
        {
            streams.AddRange(files.Select(DataFile.Open));
            foreach (var stream in streams.Where(stream => stream.Length == 0 || stream.Length % RecordLength != 0))
            {
                throw new ExperimentException(
                    FailureKind.Data,
                    $"'{stream.Name}' has {stream.Length} bytes, which is not a whole number of records of {RecordLength} bytes; "
                    + $"take the binary version of CIFAR-{classCount}, and copy or download it again if it is.");
            }

            var all = GC.AllocateUninitializedArray<byte>(checked((int)streams.Sum(stream => stream.Length)));
            var start = 0;
            foreach (var stream in streams)
            {
                var own = all.AsSpan(start, (int)stream.Length);
                stream.ReadExactly(own);
                CheckLabels(own, stream.Name, classCount);
                start += own.Length;
            }

            return all;
        }
        finally
        {
            streams.ForEach(stream => stream.Dispose());
        }
    }

    private void CheckLabels(ReadOnlySpan<byte> own, string file, int classCount)
    {
        for (var i = 0; i < own.Length / RecordLength; i++)
        {
            var label = own[(i * RecordLength) + labelBytes - 1];
            if (label >= classCount)
            {
                throw new ExperimentException(
                    FailureKind.Data,
                    $"'{file}' has the label {label} at record {i}, but CIFAR-{classCount} has labels 0 to {classCount - 1}; "
                    + "take the binary version of the same data set.");
            }
        }
    }
}
