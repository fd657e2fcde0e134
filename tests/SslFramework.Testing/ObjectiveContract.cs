using SslFramework.Core.Checkpoints;

namespace SslFramework.Testing;

/// <summary>
/// Checks that an objective keeps the contract of <see cref="IPretextObjective"/>: one call in a test of your own plugin.
/// Each check throws a <see cref="ContractViolationException"/> with one sentence.
/// </summary>
/// <param name="Create">Builds the objective; called often, with the default generator seeded the same each time.</param>
/// <param name="Views">Views that it takes of each image.</param>
/// <param name="Shape">Shape of a view.</param>
public sealed record ObjectiveContract(Func<IPretextObjective> Create, int Views, ViewShape Shape)
{
    private const double LearningRate = 0.01;

    /// <summary>Images in a test batch.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>
    /// Whether the gradient at 2 and 4 replicas must equal that of one process (in float64, to 1e-10). Batch norm and the
    /// like see only their own part of the batch, so <see cref="Create"/> must then build a network without it.
    /// </summary>
    public bool SameGradientOnReplicas { get; init; }

    /// <summary>Builds the network without batch statistics for <see cref="SameGradientOnReplicas"/>; <see cref="Create"/> where absent.</summary>
    public Func<IPretextObjective>? CreateForReplicas { get; init; }

    /// <summary>Runs every check.</summary>
    public void Verify()
    {
        LossIsOneFiniteNumber();
        GradientReachesTheBackbone();
        EveryParameterIsRegisteredOnce();
        WeightsWithoutGradientMoveOnlyAfterTheUpdate();
        SameSeedGivesTheSameLoss();
        SavedAndLoadedTakesTheSameNextStep();
        LiveTensorsStayFlat();
        WrongNumberOfViewsIsRefused();
        EveryTensorIsMadeOnTheRightDevice();
        if (cuda.is_available())
        {
            GradientIsTheSameOnCuda();
        }

        if (SameGradientOnReplicas)
        {
            GradientIsTheSameOnReplicas(2);
            GradientIsTheSameOnReplicas(4);
        }
    }

    /// <summary>The loss is a finite scalar with gradient; metrics are scalars without.</summary>
    public void LossIsOneFiniteNumber()
    {
        using var scope = NewDisposeScope();
        var result = New().ComputeLoss(Batch(), TestSteps.At(0));
        Require(result.Loss.numel() == 1 && result.Loss.ndim == 0, $"the loss must be a scalar, but its shape is [{string.Join(", ", result.Loss.shape)}]; take the mean");
        Require(double.IsFinite(result.Loss.ToDouble()), $"the first loss is {result.Loss.ToDouble()}");
        Require(result.Loss.requires_grad, "the loss has no gradient; was it computed under no_grad, or detached?");
        foreach (var (name, value) in result.Metrics)
        {
            Require(value.numel() == 1, $"the metric \"{name}\" must be a scalar");
            Require(!value.requires_grad, $"the metric \"{name}\" has a gradient; detach it");
        }
    }

    /// <summary>A step changes the backbone.</summary>
    public void GradientReachesTheBackbone()
    {
        using var scope = NewDisposeScope();
        var objective = New();
        objective.ComputeLoss(Batch(), TestSteps.At(0)).Loss.backward();
        Require(
            objective.Backbone.Module.parameters().Any(p => p.grad is { } g && g.abs().sum().ToDouble() > 0),
            "no gradient reaches the backbone");
        foreach (var (name, parameter) in objective.Module.named_parameters().Where(p => p.parameter.requires_grad))
        {
            Require(parameter.grad is not null, $"the parameter \"{name}\" gets no gradient; use it in the loss, or set requires_grad to false");
        }
    }

    /// <summary>No parameter is missing from the module or stands in it twice, and the backbone's are all in it.</summary>
    public void EveryParameterIsRegisteredOnce()
    {
        using var scope = NewDisposeScope();
        var objective = New();
        var state = StateDict.Of(objective.Module);
        var twice = state.GroupBy(e => e.Value.Handle, e => e.Key).FirstOrDefault(g => g.Count() > 1);
        Require(twice is null, $"in the state dict {string.Join(" and ", twice ?? Enumerable.Empty<string>())} are one and the same");
        var known = state.Values.Select(t => t.Handle).ToHashSet();
        Require(
            objective.Backbone.Module.parameters().All(p => known.Contains(p.Handle)),
            "the backbone's parameters are not in the objective's module; derive from PretextObjective, or register it");
    }

    /// <summary>Momentum encoders and other targets get no gradient, and change in AfterUpdate only.</summary>
    public void WeightsWithoutGradientMoveOnlyAfterTheUpdate()
    {
        using var scope = NewDisposeScope();
        var objective = New();
        var targets = objective.Module.named_parameters().Where(p => !p.parameter.requires_grad).ToArray();
        var before = targets.Select(p => p.parameter.clone()).ToArray();
        objective.ComputeLoss(Batch(), TestSteps.At(0)).Loss.backward();
        objective.BeforeUpdate(TestSteps.At(0));
        for (var i = 0; i < targets.Length; i++)
        {
            Require(targets[i].parameter.grad is null, $"the target \"{targets[i].name}\" got a gradient");
            Require(Equal(before[i], targets[i].parameter), $"the target \"{targets[i].name}\" moved before AfterUpdate");
        }
    }

    /// <summary>Two objectives of the same seed agree to the last bit, step by step.</summary>
    public void SameSeedGivesTheSameLoss()
    {
        var (first, second) = (Losses(New(), 0, 3), Losses(New(), 0, 3));
        Require(first.SequenceEqual(second), $"the same seed gave the losses {string.Join(", ", first)} and {string.Join(", ", second)}; draw from StepContext.Random");
    }

    /// <summary>All state is in the module: saved, built anew and loaded, the next steps are the same.</summary>
    public void SavedAndLoadedTakesTheSameNextStep()
    {
        using var scope = NewDisposeScope();
        var objective = New();
        Losses(objective, 0, 2);
        var saved = StateDict.Of(objective.Module).ToDictionary(e => e.Key, e => e.Value.detach().clone());
        var expected = Losses(objective, 2, 2);

        var again = New(seed: 99);
        StateDict.Load(again.Module, saved);
        var actual = Losses(again, 2, 2);
        Require(
            expected.SequenceEqual(actual),
            $"after save and load the next losses are {string.Join(", ", actual)} instead of {string.Join(", ", expected)}; keep state in buffers, changed in place");
    }

    /// <summary>Every tensor made in a step dies in it.</summary>
    public void LiveTensorsStayFlat()
    {
        var objective = New();
        Losses(objective, 0, 2);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Losses(objective, 2, 5);
        var after = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Require(after == before, $"{after - before} tensors were left behind by 5 steps; detach only state, and change it in place");
    }

    /// <summary>Another number of views gives a sentence for the user.</summary>
    public void WrongNumberOfViewsIsRefused()
    {
        using var scope = NewDisposeScope();
        var batch = TestSteps.Batch(Views + 1, Shape, BatchSize);
        try
        {
            New().ComputeLoss(batch, TestSteps.At(0));
        }
        catch (ExperimentException)
        {
            return;
        }

        throw new ContractViolationException($"{Views + 1} views were taken without a word; use ViewBatch.Single, Pair or Exactly");
    }

    /// <summary>
    /// With the meta device as the default one, a tensor made without naming a device lands where nothing else is, and shows.
    /// (On the meta device itself this libtorch has no convolution and no batch norm.)
    /// </summary>
    public void EveryTensorIsMadeOnTheRightDevice()
    {
        using var scope = NewDisposeScope();
        var (objective, batch, step) = (New(), Batch(), TestSteps.At(0));
        set_default_device(META);
        try
        {
            objective.ComputeLoss(batch, step).Loss.backward();
            objective.BeforeUpdate(step);
            using var gradient = no_grad();
            objective.AfterUpdate(step);
        }
        catch (Exception e) when (e is not ContractViolationException)
        {
            throw new ContractViolationException($"a tensor is made without its device: {e.Message.Split('\n')[0]}; make tensors with device: batch.Device");
        }
        finally
        {
            set_default_device(CPU);
        }
    }

    /// <summary>
    /// In float64 the gradient on the first GPU is the processor's, to what augmentations in float32 leave of it, and without dropout,
    /// which a device draws for itself. <see cref="Verify"/> asks for it where there is a GPU.
    /// </summary>
    public void GradientIsTheSameOnCuda()
    {
        var here = Gradients(SslFramework.Core.Training.SingleReplica.Instance);
        var there = Gradients(SslFramework.Core.Training.SingleReplica.Instance, device: CUDA);
        var largest = here.Max(gradient => gradient.Values.Max(Math.Abs));
        foreach (var (expected, actual) in here.Zip(there))
        {
            var scale = Math.Max(1e-3 * largest, expected.Values.Max(Math.Abs)); // what should be 0 is rounding alone
            var difference = expected.Values.Zip(actual.Values, (a, b) => Math.Abs(a - b)).Max() / scale;
            Require(difference <= 1e-4, $"on the GPU the gradient of \"{expected.Name}\" differs by {difference:G2}; draw from StepContext.Random, not from a device's generator");
        }
    }

    /// <summary>In float64 the averaged gradient of several replicas is that of one process.</summary>
    public void GradientIsTheSameOnReplicas(int count)
    {
        var alone = Gradients(SslFramework.Core.Training.SingleReplica.Instance, CreateForReplicas);
        var together = ThreadReplicas.Run(count, replicas => Gradients(replicas, CreateForReplicas));
        for (var i = 0; i < alone.Count; i++)
        {
            var mean = together.Select(g => g[i].Values).Aggregate((a, b) => [.. a.Zip(b, (x, y) => x + y)]).Select(v => v / count);
            var scale = Math.Max(1, alone[i].Values.Max(Math.Abs));
            var difference = alone[i].Values.Zip(mean, (a, b) => Math.Abs(a - b)).Max() / scale;
            Require(difference <= 1e-10, $"on {count} replicas the gradient of \"{alone[i].Name}\" differs by {difference:G2}; use StepContext.Replicas and mean over local anchors");
        }
    }

    private List<(string Name, double[] Values)> Gradients(IReplicas replicas, Func<IPretextObjective>? create = null, Device? device = null)
    {
        using var scope = NewDisposeScope();
        IPretextObjective objective;
        lock (this)
        {
            objective = New(create: create); // the default generator is one for the process
        }

        objective.Module.to(float64).to(device ?? CPU);
        foreach (var dropout in objective.Module.modules().Where(module => module is TorchSharp.Modules.Dropout or TorchSharp.Modules.Dropout2d))
        {
            dropout.eval();
        }

        var all = TestSteps.Batch(Views, Shape, BatchSize, device: device, type: ScalarType.Float64);
        var size = BatchSize / replicas.Count;
        var mine = new ViewBatch(
            [.. all.Views.Select(v => v.narrow(0, replicas.Rank * size, size))], [.. all.Indices.Skip(replicas.Rank * size).Take(size)]);
        objective.ComputeLoss(mine, TestSteps.At(0, replicas: replicas)).Loss.backward();
        return [.. objective.Module.named_parameters().Where(p => p.parameter.grad is not null)
            .Select(p => (p.name, p.parameter.grad!.cpu().contiguous().data<double>().ToArray()))];
    }

    private double[] Losses(IPretextObjective objective, long from, int count)
    {
        var losses = new double[count];
        for (var i = 0; i < count; i++)
        {
            using var scope = NewDisposeScope();
            var step = TestSteps.At(from + i);
            manual_seed(from + i);
            objective.Module.zero_grad();
            var loss = objective.ComputeLoss(TestSteps.Batch(Views, Shape, BatchSize, seed: from + i + 1), step).Loss;
            loss.backward();
            objective.BeforeUpdate(step);
            using (no_grad())
            {
                foreach (var parameter in objective.Module.parameters().Where(p => p.grad is not null))
                {
                    parameter.add_(parameter.grad!, alpha: -LearningRate);
                }

                objective.AfterUpdate(step);
            }

            losses[i] = loss.ToDouble();
        }

        return losses;
    }

    private IPretextObjective New(long seed = 7, Func<IPretextObjective>? create = null)
    {
        manual_seed(seed);
        var objective = (create ?? Create)();
        objective.Module.train();
        return objective;
    }

    private ViewBatch Batch() => TestSteps.Batch(Views, Shape, BatchSize);

    private static bool Equal(Tensor a, Tensor b) => a.shape.SequenceEqual(b.shape) && a.eq(b).all().ToBoolean();

    private static void Require(bool holds, string sentence)
    {
        if (!holds)
        {
            throw new ContractViolationException(sentence);
        }
    }
}
