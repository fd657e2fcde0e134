using System.Text;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Data.Decoding;
using SslFramework.Core.Data.Decoding.Jpeg;
using SslFramework.Core.Data.Decoding.Png;
using SslFramework.Core.Data.Decoding.Sharp;
using SslFramework.Core.Storage;
using SslFramework.Core.Weights;
using SslFramework.Engine;
using SslFramework.Engine.Data.Annotated;
using SslFramework.Engine.Data.Archives;
using SslFramework.Engine.Data.Sources;
using SslFramework.Engine.Training.Checkpoints;
using SslFramework.Engine.Weights;
using SslFramework.Engine.Weights.Torch;
using SslFramework.Host.Comparison;
using SslFramework.Host.Components;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;
using SslFramework.Host.Reports;
using SslFramework.Host.Reports.Pictures;
using SslFramework.Host.Runs;
using SslFramework.Host.Sweeps;
using SslFramework.Host.Weights;

namespace SslFramework.Fuzz;

/// <summary>Every parser of the framework that reads a file somebody else may have written, and what shows the names in it.</summary>
public sealed class FuzzTargets : IDisposable
{
    private static readonly string[] Json =
        ["{", "}", "[", "]", "\"", ":", ",", "null", "true", "1e999", "-1", "0", "\\ud800", "\\u0000", "/*", "9223372036854775808"];

    private readonly string folder = Directory.CreateDirectory(
        Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), "ssl-fuzz-" + Path.GetRandomFileName())).FullName;

    private readonly PluginGate gate = new(new SharedAssemblies());
    private readonly ComponentCatalog components;
    private readonly string plugin;
    private readonly FamilyTarget families;

    /// <summary>Makes them, and a folder for their inputs: in memory where the system has such.</summary>
    /// <param name="plugin">The folder of a plugin that works, to damage copies of.</param>
    /// <param name="plugins">The folder of plugins with families of backbones.</param>
    public FuzzTargets(string plugin, string plugins)
    {
        (this.plugin, families) = (plugin, new FamilyTarget(plugins));
        var core = new ServiceCollection();
        new BuiltInComponents().Register(core);
        components = ComponentCatalog.Empty.With(ComponentCatalog.Core, core);
        All = [.. Files(), .. Annotations(), .. Configuration(), .. Plugins(), .. Runs(), .. TerminalTargets.All];
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<FuzzTarget> All { get; }

    /// <summary>The target of a name, or null.</summary>
    public FuzzTarget? Find(string name) => All.FirstOrDefault(target => target.Name == name);

    /// <summary>Deletes the inputs.</summary>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Name => Path.GetFileName(plugin);

    private IEnumerable<FuzzTarget> Files() =>
    [
        OnFile("safetensors", "x.safetensors", path => SafeTensors.Read(path).Dispose()) with
        {
            Words = [.. Json, "\"dtype\":", "\"shape\":", "\"data_offsets\":", "\"__metadata__\":", "\"F32\"", "\"BOOL\"", "\"I64\"", "\"U8\"", "[0,0]", "[0,8]"],
        },
        OnFile("idx", "x.idx", path => ReadEnds(new IdxSource(new IdxOptions { Images = path }))),
        OnFile("labels", "y.idx", path => new IdxSource(new IdxOptions { Images = Image, Labels = path }).Label(0)),
        new("image", input =>
        {
            ImageDecoder.Decode(input, new DecodeOptions(), "x", new PixelBuffer());
            ImageDecoder.Decode(input, new DecodeOptions { Channels = 1 }, "x", new PixelBuffer());
        })
        {
            MostMemory = 8L * new DecodeOptions().MaximumPixels, // a header may say so much
            Seeds = ImageSeeds.Make,
        },
        JpegTarget.Target,
        new("map", input => PngMap.Read(input, "x", new PixelBuffer()))
        {
            MostMemory = 8L * 50_000_000, // a header may say so much
            Seeds = ImageSeeds.Maps,
        },
        .. Images(),
        OnFile("cifar", "x.bin", path => ReadEnds(new Cifar10Source(new CifarOptions { Path = path }))),
        OnFile("torch", "x.pth", path => TorchFile.Read(path).Dispose()) with
        {
            Words = ["ctorch._utils\n_rebuild_tensor_v2\n", "ctorch\nFloatStorage\n", "ccollections\nOrderedDict\n", "cos\nsystem\n", "\x85", "\x86", "\x87", "(", "t", "}", ")", "R", "Q", "."],
        },
        OnFile("weights", "w/x.safetensors", Import) with
        {
            Words =
            [
                .. Json, "\"F16\"", "\"F32\"", "\"F64\"", "backbone.", "layer1.0.", "module.", "teacher.", "target_encoder.", "blocks.0.", "blocks.0.0.",
                "pos_embed", "cls_token", "reg_token", "register_tokens", "mask_token", "ls1.gamma", "gamma_1", "attn.q_bias",
                "attn.relative_position_bias_table", "4.0.conv1.weight", "0.weight", "1.running_mean",
            ],
            Seeds = WeightSeeds.Make,
        },
        OnFile("families", "f/x.safetensors", families.Import) with { Words = [.. Json, .. FamilyTarget.Words], Seeds = families.Seeds },
        OnFile("tar", "x.tar", path => ReadEnds(new TarShardsSource(new TarShardsOptions { Path = path }))) with
        {
            Words = ["ustar", "0000000", "77777777777", "a.jpg", "a.cls", "././@LongLink", "12 path=b.png\n"],
            MostMemory = 8L * new DecodeOptions().MaximumPixels,
            Seeds = ArchiveSeeds.Tars,
        },
        OnFile("samples", "samples.tar", ReadShard, ArchiveSeeds.TarOf) with
        {
            Words = ["\n0", "\n1", "\n5", "\nx", "=", ".", "/", "._", "..", ".jpg=", ".seg.png=", ".cls=1", "0.jpg=\n", "12 path=b.png"],
            MostMemory = 8L * new DecodeOptions().MaximumPixels,
            Seeds = ArchiveSeeds.Samples,
        },
        OnFile("class", "class.tar", ReadShard, content => ArchiveSeeds.TarOf([.. "00.jpg=\n00.cls="u8, .. content])) with
        {
            Words = ["-1", "1000000", "1000001", "99999999999999999999", " ", "\r", "1e3", "0x1", "\u0661"],
            Seeds = () => ["3"u8.ToArray(), " 12 "u8.ToArray(), "cat"u8.ToArray()],
        },
        new("pack", input =>
        {
            var path = Path.Combine(folder, "x.pack");
            File.WriteAllBytes(path, ArchiveSeeds.PackOf(input));
            ReadEnds(new PackSource(new PackOptions { Path = path }));
        })
        {
            MostMemory = 8L * new DecodeOptions().MaximumPixels,
            Seeds = ArchiveSeeds.PackIndexes,
        },
    ];

    /// <summary>Each reads all that is said of its images; there are no images.</summary>
    private IEnumerable<FuzzTarget> Annotations() =>
    [
        OnFile("coco", "coco.json", path => ReadObjects(new CocoSource(new CocoOptions { Annotations = path, Images = folder }))) with
        {
            Words = [.. Json, .. AnnotationSeeds.CocoWords],
            Seeds = AnnotationSeeds.Coco,
        },
        OnFile("lvis", "lvis.json", path => ReadObjects(new LvisSource(new CocoOptions { Annotations = path, Images = folder }))) with
        {
            Words = [.. Json, .. AnnotationSeeds.CocoWords, "\"neg_category_ids\":", "\"not_exhaustive_category_ids\":"],
            Seeds = AnnotationSeeds.Lvis,
        },
        OnFile("inaturalist", "inaturalist.json", path => ReadLabels(new InaturalistSource(new CocoOptions { Annotations = path, Images = folder }))) with
        {
            Words = [.. Json, .. AnnotationSeeds.CocoWords],
            Seeds = AnnotationSeeds.Classes,
        },
        OnFile("voc", "voc/Annotations/x.xml", path => _ = VocAnnotation.Read(path).Count) with { Words = AnnotationSeeds.VocWords, Seeds = AnnotationSeeds.Voc },
        OnFile("voc-list", "voc/ImageSets/Main/x.txt", path => _ = new VocSource(new VocOptions { Path = Path.Combine(folder, "voc"), Set = "Main/x" }).Name(0)) with
        {
            Words = AnnotationSeeds.ListWords,
            Seeds = () => ["000005 1\n000007 -1\n"u8.ToArray()],
        },
        OnFile("list", "list.txt", ReadList) with { Words = AnnotationSeeds.ListWords, Seeds = AnnotationSeeds.Lists },
        OnFile("list-csv", "list.csv", ReadList) with { Words = AnnotationSeeds.ListWords, Seeds = AnnotationSeeds.Tables },
        OnFile("list-json", "list.json", ReadList) with { Words = [.. Json, .. AnnotationSeeds.ListWords], Seeds = AnnotationSeeds.Groups },
        OnFile("instances", "city/gtFine/val/a_gtFine_instanceIds.png", path =>
        {
            var city = Path.GetFullPath(Path.Combine(path, "..", "..", ".."));
            File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Path.Combine(city, "leftImg8bit", "val")).FullName, "a_leftImg8bit.png"), []);
            new CityscapesSource(new CityscapesOptions { Path = city, Part = "val" }).Objects(0);
        }) with
        {
            MostMemory = 4L * new DecodeOptions().MaximumPixels,
            Seeds = () => ImageSeeds.Formats.First(format => format.Name == "png").Seeds(),
        },
        OnFile("stl10", "stl10/test_y.bin", path =>
        {
            File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(path)!, "test_X.bin"), new byte[2 * 3 * 96 * 96]);
            ReadEnds(new Stl10Source(new Stl10Options { Path = Path.GetDirectoryName(path)!, Part = Stl10Part.Test }));
        }) with
        { Seeds = () => [[1, 10]] },
    ];

    private void ReadList(string path) => ReadLabels(new ImageListSource(new ImageListOptions { List = path, Images = folder }));

    private static void ReadLabels(IDataSource source)
    {
        for (var i = 0; i < source.Count; i++)
        {
            if (source.Label(i) is { } label && (label < 0 || label >= source.Classes.Count))
            {
                throw new InvalidDataException($"image {i} has the label {label} of {source.Classes.Count} classes");
            }
        }
    }

    private static void ReadObjects(CocoSource source)
    {
        for (var i = 0; i < source.Count; i++)
        {
            foreach (var one in source.Objects(i).Objects)
            {
                if (one.Class < 0 || one.Class >= source.Annotations.ObjectClasses.Count || one.Mask is { } mask && mask.Counts.Sum(count => (long)count) != (long)mask.Size.Height * mask.Size.Width)
                {
                    throw new InvalidDataException($"image {i} has an object that cannot be");
                }
            }
        }
    }

    /// <summary>Each format alone, with small images, so that what their decoders take beyond their pixels shows.</summary>
    private static IEnumerable<FuzzTarget> Images()
    {
        const int Most = 1_000_000;
        const int BytesOfAPixel = 64;
        return ImageSeeds.Formats.Select(format => new FuzzTarget(format.Name, input =>
        {
            if (format.Is(input))
            {
                ImageDecoder.Decode(input, new DecodeOptions { MaximumPixels = Most }, "x", new PixelBuffer());
            }
        })
        {
            MostMemory = (long)BytesOfAPixel * Most,
            Seeds = () => format.Seeds(),
        }).Append(new FuzzTarget("jpeg-cmyk", input =>
        {
            // As those of CMYK are decoded.
            if (input.AsSpan().StartsWith<byte>([0xFF, 0xD8, 0xFF]) && JpegMarkers.HasEnd(input))
            {
                SharpReader.Jpeg(input, new DecodeLimit("x", Most)).Dispose();
            }
        })
        {
            MostMemory = (long)BytesOfAPixel * Most,
            Seeds = ImageSeeds.Make,
        });
    }

    private IEnumerable<FuzzTarget> Configuration() =>
    [
        OnFile("config", "x.json", path => ExperimentFile.Write(ExperimentFile.Read(path, [], components))) with
        {
            Words =
            [
                .. Json, "\"name\":", "\"data\":", "\"augmentation\":", "\"backbone\":", "\"objective\":", "\"optimizer\":", "\"training\":",
                "\"steps\":", "\"views\":", "\"resnet18\"", "\"recipe\"", "\"idx\"", "\"path\":", "\"synthetic\"",
            ],
        },
        OnFile("sweep", "sweep.json", path =>
        {
            File.WriteAllText(Path.Combine(folder, "experiment.json"), Experiment);
            SweepPlan.Read(path, [], components);
        }) with
        {
            Words = [.. Json, "\"grid\":", "\"list\":", "\"set\":", "\"exclude\":", "\"seeds\":", "\"table\":", "\"at\":", "\"experiment\":", "[1,2,3,4,5,6,7,8,9]"],
        },
        OnFile("evaluation", "evaluation.json", path => EvaluationFile.Read(path, [], components)) with
        {
            Words = [.. Json, "\"evaluators\":", "\"train\":", "\"test\":", "\"transform\":", "\"backbone\":", "\"recipe\":", "\"furtherBaselines\":"],
        },
        new("override", Override) { Words = [.. Json, ".", "=", "\n", "a.b=", "data.images=", "list.0="] },
    ];

    private IEnumerable<FuzzTarget> Plugins() =>
    [
        OnFile("lock", PluginLock.FileName, path => PluginLock.Read(path).Check(Name, plugin)) with
        {
            Words = [.. Json, "\"format\":", "\"plugins\":", "\"files\":", "\"version\":"],
        },
        OnFile("plugin", $"a/{Name}/{Name}.dll", path => gate.Inspect(Path.GetDirectoryName(path)!)) with
        {
            Seeds = () => [File.ReadAllBytes(Compiled(".dll"))],
        },
        OnFile("dependencies", $"b/{Name}/{Name}.deps.json", path =>
        {
            var (source, copy) = (Compiled(".dll"), Path.Combine(Path.GetDirectoryName(path)!, Name + ".dll"));
            if (!File.Exists(copy))
            {
                File.Copy(source, copy);
            }

            gate.Inspect(Path.GetDirectoryName(path)!);
        }) with
        {
            Words = [.. Json, "\"targets\":", "\"runtime\":", "\"native\":", "\"runtimeTargets\":", "\"_._\":{}", "\"../../x.dll\":{}"],
            Seeds = () => [File.ReadAllBytes(Compiled(".deps.json"))],
        },
    ];

    private IEnumerable<FuzzTarget> Runs()
    {
        string[] words = [.. Json, "\"step\":", "\"status\":", "\"files\":", "\"format\":", "\"length\":", "\"logs\":", "\"environment\":", "\"skippedSteps\":"];
        return
        [
            OnFile("state", "s/state.json", path =>
            {
                var state = TrainingCheckpoint.ReadState(Path.GetDirectoryName(path)!);
                _ = state.Logs.Count + state.Environment.Count + state.SkippedSteps.Count;
            }) with
            { Words = words },
            OnFile("manifest", "c/step-000000001/manifest.json", path => new CheckpointFolder(Path.Combine(folder, "c"), Disk.Instance, _ => { }).Named("step-000000001")) with { Words = words },
            OnRun("status", "run.json", run => $"{RunFolder.ReadStatus(run)?.Status}") with { Words = [.. words, "\"trainingSeconds\":", "\"NaN\"", "1e308"] },
            OnRun("incidents", "incidents.jsonl", run => $"{Some(RunRecord.Read(run).Incidents.Count)} incidents") with { Words = [.. words, "\"kind\":", "\"samples\":", "\"sentence\":", "\"NaN\"", "\n"] },
            OnRun("data-report", "data-report.json", run => $"{Some(RunRecord.Read(run).BadImages.Count)} bad images") with { Words = [.. words, "\"bad\":", "\"index\":", "\"reason\":", "\"badInSource\":"] },
            OnFile("record", "m/metrics.jsonl", path =>
            {
                var run = Path.GetDirectoryName(path)!;
                File.Copy(path, Path.Combine(run, "timing.jsonl"), overwrite: true);
                File.Copy(path, Path.Combine(run, "incidents.jsonl"), overwrite: true);
                File.WriteAllText(Path.Combine(run, "experiment.json"), Experiment);
                var record = RunRecord.Read(run);

                // Nothing is ever refused: what came of it is the answer.
                throw new ExperimentException(FailureKind.Data, $"{Some(record.Metrics.Count)} curves over epochs, {Some(record.Timing.Count)} over steps, {Some(record.Incidents.Count)} incidents");
            }) with
            { Words = [.. words, "\"epoch\":", "\"loss\":", "\"NaN\"", "\"kind\":", "\"samples\":", "\"sentence\":", "\n"] },
            OnRun("results", "evaluation.json", run => $"{Some(EvaluatedRun.Read(run).Results.Count)} results") with
            {
                Words = [.. words, "\"results\":", "\"protocols\":", "\"value\":", "\"interval\":", "\"subject\":", "\"layer\":", "\"kind\":", "\"remark\":", "\"description\"", "\"NaN\"", "1e308", "1e-320"],
            },
            OnFile("run", "o/x/experiment.json", _ => RunFolder.Open(Path.Combine(folder, "o"), "x", """{ "name": "x", "seed": 1, "a": { "b": [1, 2] } }""", overwrite: false).Dispose()) with { Words = words },
        ];
    }

    private const string Experiment =
        """
        {
          "name": "x",
          "data": { "name": "synthetic", "count": 20 },
          "augmentation": { "name": "recipe", "views": [ { "steps": [] } ] },
          "backbone": { "name": "resnet18" },
          "objective": { "name": "simclr" }, "optimizer": { "name": "sgd" }, "schedule": { "name": "cosine", "learningRate": 0.1 }
        }
        """;

    private static string Some(int count) => count switch { 0 => "no", 1 => "one", _ => "several" };

    /// <summary>A sound file of one image, for the targets of which it is the other half.</summary>
    private string Image
    {
        get
        {
            var path = Path.Combine(folder, "image.idx");
            File.WriteAllBytes(path, [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7]);
            return path;
        }
    }

    /// <summary>Gives a parser its input as a file.</summary>
    private FuzzTarget OnFile(string target, string name, Action<string> parse, Func<byte[], byte[]>? make = null) => new(target, input =>
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, make is null ? input : make(input));
        parse(path);
    });

    private static void ReadShard(string path)
    {
        var source = new TarShardsSource(new TarShardsOptions { Path = path });
        _ = source.Notes.Count + (source.Label(0) ?? 0);
        ReadEnds(source);
    }

    /// <summary>Gives a file to a run that is else sound, and writes its report and tables, which must stand anything that is read.</summary>
    private FuzzTarget OnRun(string target, string name, Func<string, string> answer) => OnFile(target, $"{target}/{name}", path =>
    {
        var run = Path.GetDirectoryName(path)!;
        foreach (var (file, text) in new[] { ("experiment.json", Experiment), ("run.json", """{ "status": "completed" }"""), ("evaluation.json", """{ "results": [] }""") })
        {
            if (file != name)
            {
                File.WriteAllText(Path.Combine(run, file), text);
            }
        }

        RunReport.Write(run, RunPictures.None("none"));
        var evaluated = EvaluatedRun.Read(run);
        var (rows, measures) = (Contender.Of([evaluated]), Measure.ShownOf(evaluated.Results));
        foreach (var table in ComparisonTables.ByLayer(rows, measures, evaluated.Protocols).Append(ComparisonTables.ByMeasure(rows, measures, evaluated.Protocols)))
        {
            _ = table.Markdown() + table.Csv() + table.ToJson().ToJsonString();
        }

        throw new ExperimentException(FailureKind.Data, answer(run)); // what came of it
    });

    private void Override(byte[] input)
    {
        var errors = new ConfigErrors();
        var root = ConfigReader.ReadValue("""{ "a": { "b": 1 }, "data": "idx", "list": [1, { "c": 2 }] }""", "--set");
        ConfigOverrides.Apply(root, Encoding.UTF8.GetString(input).Split('\n'), errors);
        new OptionsBinder(components, errors).Bind<ExperimentConfig>(root);
        errors.ThrowIfAny();
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

    private string Compiled(string extension) => Path.Combine(plugin, Name + extension);
}
