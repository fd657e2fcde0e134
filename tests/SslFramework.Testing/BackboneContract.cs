using SslFramework.Core.Tensors;

namespace SslFramework.Testing;

/// <summary>
/// Checks that a backbone keeps the contract of <see cref="IBackbone"/>: one call in a test of your own plugin. Each check throws a
/// <see cref="ContractViolationException"/> with one sentence.
/// </summary>
/// <param name="Create">Builds the backbone; called often, with other start weights each time.</param>
/// <param name="Shape">Shape of the images that it takes.</param>
public sealed record BackboneContract(Func<IBackbone> Create, ViewShape Shape)
{
    private const double Tolerance = 1e-4; // for sums in another order

    /// <summary>Number of images in a test batch.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>Runs every check.</summary>
    public void Verify()
    {
        EveryParameterIsRegisteredOnce();
        WeightsOutliveTheScopeTheyAreMadeIn();
        LayersHoldEveryParameterOnce();
        EveryLayerGivesARowForEachImage();
        MapsAreAsTheyAreTold();
        FeaturesAreFiniteRowsOfTheirLength();
        EvaluationIsTheSameEachTimeAndForEachImageAlone();
        FeaturesOfLayersAreThoseOfForward();
        SavedAndLoadedGivesTheSameFeatures();
        TrainingReachesItsParameters();
        LiveTensorsStayFlat();
    }

    /// <summary>Checks that no parameter is missing from the module, registered twice or disposed.</summary>
    public void EveryParameterIsRegisteredOnce()
    {
        using var scope = NewDisposeScope();
        var problem = ModuleState.ProblemOf(Create());
        Require(problem is null, problem ?? "");
    }

    /// <summary>Checks that a backbone that is built inside a dispose scope works after it.</summary>
    public void WeightsOutliveTheScopeTheyAreMadeIn()
    {
        IBackbone backbone;
        string[] made;
        using (NewDisposeScope())
        {
            backbone = Create();
            made = [.. StateDict.Of(backbone.Module).Keys];
        }

        var lost = made.Except(StateDict.Of(backbone.Module).Keys).FirstOrDefault();
        Require(lost is null, $"\"{lost}\" is freed with the dispose scope that the backbone is built in; make it with .DetachFromDisposeScope()");
        using var scope = NewDisposeScope();
        try
        {
            backbone.Forward(Images());
        }
        catch (InvalidOperationException e)
        {
            throw new ContractViolationException($"after the dispose scope that it was built in has ended, Forward fails: {e.Message}; make what it keeps with .DetachFromDisposeScope()", "backbone");
        }
    }

    /// <summary>Checks that <see cref="IBackbone.Layers"/> hold every parameter of the module once, under distinct names.</summary>
    public void LayersHoldEveryParameterOnce()
    {
        using var scope = NewDisposeScope();
        var backbone = Create();
        var twice = backbone.Layers.GroupBy(layer => layer.Name).FirstOrDefault(layers => layers.Count() > 1)?.Key;
        Require(twice is null, $"two layers are called \"{twice}\"");
        var held = backbone.Layers.SelectMany(layer => layer.Parameters.Select(parameter => (layer.Name, parameter.Handle))).ToLookup(pair => pair.Handle, pair => pair.Name);
        foreach (var (name, parameter) in backbone.Module.named_parameters())
        {
            string[] layers = [.. held[parameter.Handle]];
            Require(layers.Length > 0, $"the parameter \"{name}\" is in none of Layers, so that freezing and layer-wise rates leave it out");
            Require(layers.Length == 1, $"the parameter \"{name}\" is in several of Layers: {string.Join(", ", layers)}");
        }

        Require(held.Count == backbone.Module.parameters().Count(), "Layers hold parameters that are not the module's");
    }

    /// <summary>
    /// Checks that <see cref="IBackbone.ForwardLayers"/> gives one tensor per layer: maps, tokens or vectors of each image.
    /// </summary>
    public void EveryLayerGivesARowForEachImage()
    {
        using var scope = NewDisposeScope();
        var backbone = Create();
        var outputs = backbone.ForwardLayers(Images());
        Require(outputs.Count == backbone.Layers.Count, $"ForwardLayers gives {outputs.Count} tensors, but there are {backbone.Layers.Count} Layers");
        foreach (var (layer, output) in backbone.Layers.Zip(outputs))
        {
            Require(
                output.ndim is >= 2 and <= 4 && output.shape[0] == BatchSize,
                $"the layer \"{layer.Name}\" gives [{string.Join(", ", output.shape)}] for {BatchSize} images; give maps [N, C, H, W], tokens [N, L, D] or vectors [N, D]");
        }
    }

    /// <summary>Checks that maps, if the backbone gives any, have their channels and their stride, and come in the order asked for.</summary>
    public void MapsAreAsTheyAreTold()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var created = Create();
        if (created is not IMapBackbone backbone)
        {
            return;
        }

        Evaluated(created);
        int[] backwards = [.. Enumerable.Range(0, backbone.Maps.Count).Reverse()];
        var maps = backbone.ForwardMaps(Images(), backwards);
        Require(maps.Count == backwards.Length, $"ForwardMaps gives {maps.Count} tensors for {backwards.Length} numbers");
        foreach (var (number, map) in backwards.Zip(maps))
        {
            var (name, channels, stride) = backbone.Maps[number];
            long[] least = [BatchSize, channels, Shape.Height / stride, Shape.Width / stride];
            Require(
                map.ndim == 4 && map.shape.Zip(least).All(pair => pair.First - pair.Second is 0 or 1) && map.shape[0] == BatchSize && map.shape[1] == channels,
                $"the map \"{name}\" is [{string.Join(", ", map.shape)}], but {channels} channels and a stride of {stride} make [{string.Join(", ", least)}]");
        }

        Require(backbone.Maps.Count == 0 || backbone.Maps[^1].Stride == backbone.OutputStride, $"OutputStride is {backbone.OutputStride}, but the last map has a stride of {backbone.Maps[^1].Stride}");
    }

    /// <summary>
    /// Checks that <see cref="IBackbone.Forward"/> gives finite numbers [N, <see cref="IBackbone.FeatureDimension"/>], under autocast too.
    /// </summary>
    public void FeaturesAreFiniteRowsOfTheirLength()
    {
        using var scope = NewDisposeScope();
        var backbone = Create();
        Require(backbone.Channels == Shape.Channels, $"Channels is {backbone.Channels}, but it is to take images of {Shape.Channels}");
        long[] expected = [BatchSize, backbone.FeatureDimension];
        foreach (var autocast in new Func<IDisposable?>[] { () => null, Bfloat16 })
        {
            using (autocast())
            {
                var features = backbone.Forward(Images());
                Require(features.shape.SequenceEqual(expected), $"Forward gives [{string.Join(", ", features.shape)}] instead of [N, FeatureDimension], [{string.Join(", ", expected)}]");
                Require(features.isfinite().all().ToBoolean(), "some features are not finite");
            }
        }
    }

    /// <summary>Checks that <see cref="IBackbone.FeaturesOf"/> makes from the layers what <see cref="IBackbone.Forward"/> gives.</summary>
    public void FeaturesOfLayersAreThoseOfForward()
    {
        using var scope = NewDisposeScope();
        var backbone = Evaluated(Create());
        using var gradient = no_grad();
        var features = backbone.FeaturesOf(backbone.ForwardLayers(Images()));
        Require(features is null || IsClose(features, backbone.Forward(Images())), "FeaturesOf gives other features than Forward; return null where they cannot be had from the layers");
    }

    /// <summary>Checks that in evaluation mode an image's features are the same each time, whatever else is in the batch.</summary>
    public void EvaluationIsTheSameEachTimeAndForEachImageAlone()
    {
        using var scope = NewDisposeScope();
        var backbone = Evaluated(Create());
        using var gradient = no_grad();
        var features = backbone.Forward(Images());
        Require(features.equal(backbone.Forward(Images())).all().ToBoolean(), "in evaluation mode the same images give other features the second time; is something dropped out, or counted?");
        Require(IsClose(features.narrow(0, 0, 2), backbone.Forward(Images().narrow(0, 0, 2))), "in evaluation mode an image's features depend on the other images of the batch");
    }

    /// <summary>Checks that the state dict holds all that features depend on.</summary>
    public void SavedAndLoadedGivesTheSameFeatures()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (Create(), Create());
        using var gradient = no_grad();
        first.Forward(Images()); // in training mode: statistics move
        StateDict.Load(second.Module, StateDict.Of(first.Module));
        Require(
            Evaluated(first).Forward(Images()).equal(Evaluated(second).Forward(Images())).all().ToBoolean(),
            "built anew and loaded, it gives other features; keep all that they depend on in parameters and buffers");
    }

    /// <summary>Checks that a loss on the features gives gradients to parameters.</summary>
    public void TrainingReachesItsParameters()
    {
        using var scope = NewDisposeScope();
        var backbone = Create();
        if (backbone.Module.parameters().Any(parameter => parameter.requires_grad))
        {
            var loss = backbone.Forward(Images()).square().mean();
            Require(loss.requires_grad, "no parameter gets a gradient from the features; are they detached, or computed under no_grad?");
            loss.backward();
            Require(backbone.Module.parameters().Any(parameter => parameter.grad is not null), "no parameter gets a gradient from the features");
        }
    }

    /// <summary>Checks that every tensor made in a pass is freed.</summary>
    public void LiveTensorsStayFlat()
    {
        var backbone = Create();
        Pass();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Pass();
        Pass();
        var after = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Require(after == before, $"{after - before} tensors were left behind by 2 passes; detach nothing from their dispose scope");

        void Pass()
        {
            using var scope = NewDisposeScope();
            backbone.Forward(Images());
            backbone.ForwardLayers(Images());
        }
    }

    private Tensor Images() => TestSteps.Batch(1, Shape, BatchSize).Single();

    private static IBackbone Evaluated(IBackbone backbone)
    {
        backbone.Module.eval();
        return backbone;
    }

    private static IDisposable? Bfloat16()
    {
        try
        {
            return Autocast.On(DeviceType.CPU, ScalarType.BFloat16);
        }
        catch (ExperimentException)
        {
            return null; // a platform without autocast
        }
    }

    private static bool IsClose(Tensor a, Tensor b) => a.shape.SequenceEqual(b.shape) && a.allclose(b, rtol: Tolerance, atol: Tolerance);

    private static void Require(bool holds, string sentence) => ContractViolationException.Unless(holds, "backbone", sentence);
}
