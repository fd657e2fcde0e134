using SslFramework.Core.Data.Decoding;
using SslFramework.Core.Weights;
using SslFramework.Engine;
using SslFramework.Engine.Data.Archives;
using SslFramework.Engine.Data.Sources;
using SslFramework.Engine.Weights;
using SslFramework.Engine.Weights.Torch;

namespace SslFramework.Fuzz;

/// <summary>Weights, and files that hold all images of a data set.</summary>
internal sealed class FileTargets(InputFolder folder, FamilyTarget families)
{
    /// <summary>All of them.</summary>
    public IEnumerable<FuzzTarget> All =>
    [
        folder.OnFile("safetensors", "x.safetensors", path => SafeTensors.Read(path).Dispose()) with
        {
            Words = [.. Words.Json, "\"dtype\":", "\"shape\":", "\"data_offsets\":", "\"__metadata__\":", "\"F32\"", "\"BOOL\"", "\"I64\"", "\"U8\"", "[0,0]", "[0,8]"],
        },
        folder.OnFile("idx", "x.idx", path => ReadEnds(new IdxSource(new IdxOptions { Images = path }))),
        folder.OnFile("labels", "y.idx", path => new IdxSource(new IdxOptions { Images = Image, Labels = path }).Label(0)),
        folder.OnFile("cifar", "x.bin", path => ReadEnds(new Cifar10Source(new CifarOptions { Path = path }))),
        folder.OnFile("cifar100", "x100.bin", path => ReadEnds(new Cifar100Source(new CifarOptions { Path = path }))) with
        {
            Seeds = () => [[1, 99, .. new byte[3 * 32 * 32]]],
        },
        folder.OnFile("cifar-names", "cifar/batches.meta.txt", path =>
        {
            var file = Path.Combine(Path.GetDirectoryName(path)!, "x.bin");
            File.WriteAllBytes(file, new byte[1 + (3 * 32 * 32)]);
            AnnotationTargets.Names(new Cifar10Source(new CifarOptions { Path = file }).Classes, count: 10);
        }) with
        {
            Words = AnnotationSeeds.ListWords,
            Seeds = () => [AnnotationSeeds.NamesOf(10, "class ")],
        },
        folder.OnFile("stl10", "stl10/test_y.bin", path => ReadEnds(Stl10(path))) with { Seeds = () => [[1, 10]] },
        folder.OnFile("stl10-names", "stl10-names/class_names.txt", path =>
        {
            File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(path)!, "test_y.bin"), [1, 10]);
            AnnotationTargets.Names(Stl10(path).Classes, count: 10);
        }) with
        {
            Words = AnnotationSeeds.ListWords,
            Seeds = () => [AnnotationSeeds.NamesOf(10, "class ")],
        },
        folder.OnFile("torch", "x.pth", path => TorchFile.Read(path).Dispose()) with
        {
            Words = ["ctorch._utils\n_rebuild_tensor_v2\n", "ctorch\nFloatStorage\n", "ccollections\nOrderedDict\n", "cos\nsystem\n", "\x85", "\x86", "\x87", "(", "t", "}", ")", "R", "Q", "."],
        },
        folder.OnFile("weights", "w/x.safetensors", Import) with
        {
            Words =
            [
                .. Words.Json, "\"F16\"", "\"F32\"", "\"F64\"", "backbone.", "layer1.0.", "module.", "teacher.", "target_encoder.", "blocks.0.", "blocks.0.0.",
                "pos_embed", "cls_token", "reg_token", "register_tokens", "mask_token", "ls1.gamma", "gamma_1", "attn.q_bias",
                "attn.relative_position_bias_table", "4.0.conv1.weight", "0.weight", "1.running_mean",
            ],
            Seeds = WeightSeeds.Make,
        },
        folder.OnFile("families", "f/x.safetensors", families.Import) with { Words = [.. Words.Json, .. FamilyTarget.Words], Seeds = families.Seeds },
        folder.OnFile("tar", "x.tar", path => ReadEnds(new TarShardsSource(new TarShardsOptions { Path = path }))) with
        {
            Words = ["ustar", "0000000", "77777777777", "a.jpg", "a.cls", "././@LongLink", "12 path=b.png\n"],
            MostMemory = 8L * new DecodeOptions().MaximumPixels,
            Seeds = ArchiveSeeds.Tars,
        },
        folder.OnFile("samples", "samples.tar", ReadShard, ArchiveSeeds.TarOf) with
        {
            Words = ["\n0", "\n1", "\n5", "\nx", "=", ".", "/", "._", "..", ".jpg=", ".seg.png=", ".cls=1", "0.jpg=\n", "12 path=b.png"],
            MostMemory = 8L * new DecodeOptions().MaximumPixels,
            Seeds = ArchiveSeeds.Samples,
        },
        folder.OnFile("class", "class.tar", ReadShard, content => ArchiveSeeds.TarOf([.. "00.jpg=\n00.cls="u8, .. content])) with
        {
            Words = ["-1", "1000000", "1000001", "99999999999999999999", " ", "\r", "1e3", "0x1", "\u0661"],
            Seeds = () => ["3"u8.ToArray(), " 12 "u8.ToArray(), "cat"u8.ToArray()],
        },
        new("pack", input =>
        {
            var path = Path.Combine(folder.Root, "x.pack");
            File.WriteAllBytes(path, ArchiveSeeds.PackOf(input));
            ReadEnds(new PackSource(new PackOptions { Path = path }));
        })
        {
            MostMemory = 8L * new DecodeOptions().MaximumPixels,
            Seeds = ArchiveSeeds.PackIndexes,
        },
    ];

    /// <summary>A sound file of one image, for the targets of which it is the other half.</summary>
    private string Image
    {
        get
        {
            var path = Path.Combine(folder.Root, "image.idx");
            File.WriteAllBytes(path, [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7]);
            return path;
        }
    }

    /// <summary>Two images, and what else lies beside a file.</summary>
    private static Stl10Source Stl10(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        File.WriteAllBytes(Path.Combine(folder, "test_X.bin"), new byte[2 * 3 * 96 * 96]);
        return new(new Stl10Options { Path = folder, Part = Stl10Part.Test });
    }

    private static void ReadShard(string path)
    {
        var source = new TarShardsSource(new TarShardsOptions { Path = path });
        _ = source.Notes.Count + (source.Label(0) ?? 0);
        ReadEnds(source);
    }

    /// <summary>Of what is imported, every number is one.</summary>
    private static void Import(string path)
    {
        using var scope = NewDisposeScope();
        var read = ForeignWeights.Read(path);
        var weights = read.Tensors;
        KnownNetwork.Of(weights, path, layout: read.Layout);
        if (weights.FirstOrDefault(pair => pair.Value.is_floating_point() && !pair.Value.to(float32).isfinite().all().item<bool>()).Key is { } spoilt)
        {
            throw new InvalidDataException($"{spoilt} was taken, and holds NaN or infinity");
        }
    }

    private static void ReadEnds(IDataSource source)
    {
        source.Read(0, new PixelBuffer());
        source.Read(source.Count - 1, new PixelBuffer());
    }
}
