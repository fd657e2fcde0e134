using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;
using SslFramework.Engine.Training.Checkpoints;
using SslFramework.Engine.Weights;
using SslFramework.Host.Components;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;
using TorchSharp;

namespace SslFramework.Host.Weights;

/// <summary>Weights that a command line names: those of a run, of one of its checkpoints, of an export, or a file from elsewhere.</summary>
/// <param name="File">safetensors, or PyTorch's own in any layout that is known.</param>
/// <param name="Run">The folder of the run or export; that of the file where it is from elsewhere.</param>
/// <param name="Prefix">What the backbone's keys begin with.</param>
/// <param name="Experiment">What made them; null where no experiment.json says it.</param>
internal sealed record TrainedWeights(string File, string Run, string Prefix, ExperimentConfig? Experiment)
{
    /// <summary>Families of networks that plugins know the weights of.</summary>
    public IReadOnlyList<ForeignFamily> Families { get; init; } = [];

    /// <summary>
    /// The file of results about these weights: beside them; of a checkpoint, which is deleted in time, in its run's folder.
    /// </summary>
    /// <param name="evaluation">The evaluation's name, if it has one.</param>
    public string Results(string? evaluation)
    {
        var folder = Path.GetDirectoryName(File) is { Length: > 0 } named ? named : ".";
        var file = evaluation is null ? RunFiles.Evaluation : $"evaluation-{evaluation}.json";
        var isOfARun = Prefix.Length > 0 && Experiment is not null;
        return isOfARun ? Path.Combine(Run, $"{Path.GetFileName(folder)}-{file}") : Path.Combine(folder, file);
    }

    /// <summary>Finds the weights and, of a run, its experiment.</summary>
    /// <exception cref="ExperimentException">There are none.</exception>
    public static TrainedWeights Find(string path, Installation installation)
    {
        string[] places = [path, Path.Combine(path, RunFiles.Backbone), Path.Combine(path, TrainingCheckpoint.Objective)];
        var file = places.FirstOrDefault(System.IO.File.Exists) ?? throw new ExperimentException(FailureKind.Usage, Missing(path));
        if (Path.GetExtension(file) == ".json")
        {
            var run = Path.GetDirectoryName(file)!;
            var hint = HoldsBackbone(run) ? $"did you mean '{run}'?" : "name the folder of a run, an export, or a file of weights.";
            throw new ExperimentException(FailureKind.Usage, $"'{path}' holds no weights; {hint}");
        }

        var isCheckpoint = Path.GetFileName(file) == TrainingCheckpoint.Objective;
        var folder = Path.GetFullPath(Path.Combine(file, isCheckpoint ? "../../.." : ".."));
        var experiment = Path.Combine(folder, RunFiles.Experiment);
        var isOurs = (isCheckpoint || Path.GetFileName(file) == RunFiles.Backbone) && System.IO.File.Exists(experiment);
        var made = isOurs ? ExperimentFile.Read(experiment, [], installation.Components) : null;
        return new(file, folder, isCheckpoint ? StateDict.BackbonePrefix : "", made)
        {
            Families = FamilyWeights.Families(installation.Services),
        };
    }

    /// <summary>The network of the weights: the experiment's, where none is named.</summary>
    /// <exception cref="ExperimentException">Nothing says it.</exception>
    public Component<IBackbone> Network(Component<IBackbone>? named)
    {
        if ((named ?? Experiment?.Backbone) is { } known)
        {
            return known;
        }

        var guess = LooksLike() is { } json ? $" '{json}', which they look like" : "";
        throw new ExperimentException(
            FailureKind.Config,
            $"Nothing says which network the weights in '{File}' are of, because no experiment.json lies beside them; "
            + $"name it with --backbone{guess}.");
    }

    /// <summary>Builds the network and loads the weights. The images need not be at hand, if the weights tell their channels.</summary>
    /// <param name="network">The network.</param>
    /// <param name="installation">The plugins.</param>
    /// <param name="tell">Receives a sentence if the file holds other backbones too.</param>
    /// <returns>In evaluation mode.</returns>
    /// <exception cref="ExperimentException">Parts are missing or do not fit.</exception>
    public IBackbone Build(Component<IBackbone> network, Installation installation, Action<string>? tell = null)
    {
        var services = ComponentServices.For(installation, network).AddSingleton(StartWeightsReader.Idle());
        var tensors = Kept();
        try
        {
            // In no dispose scope: parameters that a plugin makes would die with it.
            using var provider = services.AddSingleton(Images(tensors, services)).BuildServiceProvider();
            var factory = provider.GetRequiredService<IBackboneFactory>();
            FamilyWeights.In(tensors, Families)?.EnsureWhole(factory.Create<IBackbone>, File);
            var backbone = factory.Create<IBackbone>();
            try
            {
                using var scope = torch.NewDisposeScope();
                Load(tensors, backbone, tell);
                backbone.Module.eval();
                return backbone;
            }
            catch
            {
                backbone.Module.Dispose();
                throw;
            }
        }
        finally
        {
            foreach (var tensor in tensors.Values)
            {
                tensor.Dispose();
            }
        }
    }

    /// <summary>Makes sure that nothing of the file is missing in what is written of its backbone.</summary>
    /// <param name="written">By the backbone's own keys.</param>
    /// <exception cref="ExperimentException">Something is.</exception>
    public void EnsureAllIn(IReadOnlyDictionary<string, torch.Tensor> written)
    {
        using var scope = torch.NewDisposeScope();
        string[] missing = [.. Read().Keys.Where(key => !written.ContainsKey(key)).Order(StringComparer.Ordinal)];
        if (missing.Length > 0)
        {
            throw new ExperimentException(
                FailureKind.Plugin,
                $"The backbone has lost {missing.Length} of the tensors in '{File}', such as \"{missing[0]}\"; "
                + "its plugin must register every parameter in the constructor, made with .DetachFromDisposeScope().");
        }
    }

    /// <summary>Loads the weights; what is no backbone's among them is left out.</summary>
    /// <param name="backbone">Takes them.</param>
    /// <param name="tell">Receives a sentence if the file holds other backbones too.</param>
    /// <exception cref="ExperimentException">The file cannot be read, or holds another network's weights.</exception>
    public void Load(IBackbone backbone, Action<string>? tell = null)
    {
        using var scope = torch.NewDisposeScope();
        Load(Read(), backbone, tell);
    }

    private void Load(IReadOnlyDictionary<string, torch.Tensor> tensors, IBackbone backbone, Action<string>? tell)
    {
        string[] own = [.. StateDict.Of(backbone.Module).Keys];
        if (FamilyWeights.In(tensors, Families) is { } family)
        {
            StateDict.Load(backbone.Module, family.Tensors, source: $"'{File}'", remedy: $"It looks like '{family.Json}'.");
            return;
        }

        var foreign = Foreign(tensors);
        var known = foreign?.Tensors ?? tensors;
        if (foreign is not null && OtherBackbones.SentenceOn(foreign, "'ssl import --prefix'") is { } sentence)
        {
            tell?.Invoke(sentence);
        }

        var weights = ForeignWeights.Of(known, own) ?? ForeignWeights.Of(tensors, own) ?? known;
        RefuseOtherPositions(weights, backbone);
        StateDict.Load(backbone.Module, weights, source: File);
    }

    /// <summary>
    /// Learned positions are of one grid of patches. A network built for that grid interpolates them for images of other sizes; a file's
    /// are loaded as they are.
    /// </summary>
    private void RefuseOtherPositions(IReadOnlyDictionary<string, torch.Tensor> weights, IBackbone backbone)
    {
        if (backbone is not ITokenBackbone tokens || weights.GetValueOrDefault("pos_embed") is not { ndim: 3 } positions)
        {
            return;
        }

        var prefix = tokens.Module.get_parameter("pos_embed") is { ndim: 3 } own
            ? own.shape[1] - (tokens.GridRows * tokens.GridColumns)
            : 0;
        var places = positions.shape[1] - prefix;
        var rows = (int)Math.Sqrt(places);
        if (rows != tokens.GridRows && rows * rows == places)
        {
            var (side, built) = (rows * tokens.PatchSize, tokens.GridRows * tokens.PatchSize);
            throw new ExperimentException(
                FailureKind.Checkpoint,
                $"'{File}' has positions for images of {side} × {side}, but the network is built for {built} × {built}; "
                + $"set \"imageSize\" in the backbone to {side}, "
                + "which takes images of other sizes too and interpolates positions for them.");
        }
    }

    /// <summary>The file's tensors, which outlive every scope.</summary>
    private Dictionary<string, torch.Tensor> Kept()
    {
        using var scope = torch.NewDisposeScope();
        return Read().ToDictionary(pair => pair.Key, pair => pair.Value.DetachFromDisposeScope());
    }

    private IReadOnlyDictionary<string, torch.Tensor> Read()
    {
        var tensors = ForeignWeights.ReadTensors(File);
        return Prefix.Length == 0 ? tensors : tensors
            .Where(pair => pair.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key[Prefix.Length..], pair => pair.Value);
    }

    /// <summary>By the keys of torchvision or timm, where the file's are of a known layout.</summary>
    private IReadOnlyDictionary<string, torch.Tensor> Known(IReadOnlyDictionary<string, torch.Tensor> tensors) =>
        Foreign(tensors)?.Tensors ?? tensors;

    /// <summary>Null if the keys are of no known layout.</summary>
    private ForeignWeights? Foreign(IReadOnlyDictionary<string, torch.Tensor> tensors) =>
        ForeignWeights.LayoutOf(tensors.Keys) is null ? null : ForeignWeights.Of(tensors, File);

    private string? LooksLike()
    {
        try
        {
            using var scope = torch.NewDisposeScope();
            var tensors = Read();
            if (FamilyWeights.In(tensors, Families) is { } family)
            {
                return family.Json;
            }

            var foreign = Foreign(tensors);
            return KnownNetwork.Of(foreign?.Tensors ?? tensors, File, layout: foreign?.Layout).Json;
        }
        catch (ExperimentException)
        {
            return null; // a network of another kind
        }
    }

    private DataInfo Images(IReadOnlyDictionary<string, torch.Tensor> tensors, IServiceCollection services)
    {
        using var scope = torch.NewDisposeScope();
        if (FamilyWeights.In(tensors, Families) is { } family)
        {
            return new DataInfo(1, family.Network.Channels);
        }

        var known = Known(tensors);
        foreach (var first in new[] { "conv1.weight", "patch_embed.proj.weight" })
        {
            if (known.TryGetValue(first, out var weight) && weight.ndim == 4)
            {
                return new DataInfo(1, (int)weight.shape[1]);
            }
        }

        using var provider = services.BuildServiceProvider();
        var source = provider.GetRequiredService<IComponentFactory>().Create(Experiment?.Data ?? throw new ExperimentException(
            FailureKind.Checkpoint,
            $"The weights in '{File}' do not tell how many channels their images had; put the experiment.json of their run beside them."));
        return new DataInfo(source.Count, source.Channels) { Size = source.Size };
    }

    /// <summary>Why there are no weights at a path, and which ones may be meant.</summary>
    private static string Missing(string path)
    {
        if (!Directory.Exists(path))
        {
            const string Otherwise = "name the folder of a run, one of its checkpoints (RUN/checkpoints/step-…), an export, "
                + "or a file of weights.";
            return $"There is nothing at '{path}'; {NearestPath.Hint(path, Otherwise)}";
        }

        string[] holders = [Path.Combine(path, RunFiles.Checkpoints), path];
        var meant = holders.Where(Directory.Exists).SelectMany(CheckpointsIn)
            .Concat(Directory.GetDirectories(path).Where(HoldsBackbone).Order(StringComparer.Ordinal))
            .Concat(ForeignWeights.FilesIn(path))
            .FirstOrDefault();
        return $"'{path}' holds no weights: it is neither a run that has ended or an export, with {RunFiles.Backbone}, "
            + $"nor a checkpoint, with {TrainingCheckpoint.Objective}; name "
            + (meant is null ? "one of them, or a file of weights." : $"'{meant}', for example.");
    }

    private static IEnumerable<string> CheckpointsIn(string folder) =>
        Directory.GetDirectories(folder, CheckpointFolder.Prefix + "*").OrderDescending(StringComparer.Ordinal);

    private static bool HoldsBackbone(string folder) => System.IO.File.Exists(Path.Combine(folder, RunFiles.Backbone));
}
