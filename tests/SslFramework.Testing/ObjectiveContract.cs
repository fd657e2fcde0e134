using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Distributed;
using SslFramework.Core.Optimization;
using SslFramework.Core.Processors;
using SslFramework.Core.Tensors;

namespace SslFramework.Testing;

/// <summary>
/// Checks that an objective keeps the contract of <see cref="IPretextObjective"/>: one call in a test of your own plugin.
/// Each check throws a <see cref="ContractViolationException"/> with one sentence.
/// </summary>
/// <remarks>It changes nothing in the process, so that other tests may run at the same time.</remarks>
/// <param name="Create">Builds the objective; called often, with other start weights each time.</param>
/// <param name="Shapes">The shape of each view of an image; with multi-crop they differ.</param>
public sealed partial record ObjectiveContract(Func<IPretextObjective> Create, params IReadOnlyList<ViewShape> Shapes)
{
    private const double LearningRate = 0.01;
    private const double Bfloat16Tolerance = 0.25; // its 8 bits, divided by a temperature

    /// <summary>Checks an objective whose views are all of one shape.</summary>
    /// <param name="create">Builds the objective; called often, with other start weights each time.</param>
    /// <param name="views">Number of views of each image.</param>
    /// <param name="shape">Shape of a view.</param>
    public ObjectiveContract(Func<IPretextObjective> create, int views, ViewShape shape)
        : this(create, [.. Enumerable.Repeat(shape, views)])
    {
    }

    /// <summary>Number of images in a test batch.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>
    /// Whether the gradient at 2 and 4 replicas must equal that of one process (in float64, to 1e-10), as it does if several
    /// processes train as one. Batch norm is shared by the replicas, as in training.
    /// </summary>
    public bool SameGradientOnReplicas { get; init; } = true;

    /// <summary>
    /// Builds the network for <see cref="SameGradientOnReplicas"/>, if it needs another one; null takes <see cref="Create"/>.
    /// </summary>
    public Func<IPretextObjective>? CreateForReplicas { get; init; }

    /// <summary>Runs every check that changes nothing in the process: all but <see cref="EveryTensorIsMadeOnTheRightDevice"/>.</summary>
    public void Verify()
    {
        ConvolutionCheck.Require();
        EveryParameterIsRegisteredOnce();
        EveryRuleCoversAParameter();
        AnEpochBeginsAlikeTwice();
        LossIsOneFiniteNumber();
        LossIsTheSameUnderAutocast();
        AStepChangesTheBackbone();
        EveryTrainedParameterGetsAGradient();
        WeightsWithoutGradientMoveOnlyAfterTheUpdate();
        SameSeedGivesTheSameLoss();
        SavedAndLoadedTakesTheSameNextStep();
        LiveTensorsStayFlat();
        WrongNumberOfViewsIsRefused();
        if (cuda.is_available())
        {
            GradientIsTheSameOnCuda();
        }

        foreach (var count in new[] { 2, 4 }.Where(count => SameGradientOnReplicas && BatchSize % count == 0))
        {
            GradientIsTheSameOnReplicas(count);
        }
    }

    /// <summary>
    /// Checks that no parameter is missing from the module, registered twice or disposed, and that it has all of the backbone's.
    /// </summary>
    public void EveryParameterIsRegisteredOnce()
    {
        using var scope = NewDisposeScope();
        var problem = ModuleState.ProblemOf(New());
        Require(problem is null, problem ?? "");
    }

    /// <summary>Checks that every rule of <see cref="IPretextObjective.Rules"/> covers a parameter that is trained.</summary>
    public void EveryRuleCoversAParameter()
    {
        using var scope = NewDisposeScope();
        var objective = New();
        try
        {
            _ = NamedParameters.Of(objective.Module, objective.Rules);
        }
        catch (ExperimentException e)
        {
            throw new ContractViolationException(e.Message);
        }
    }

    /// <summary>
    /// Checks that <see cref="IPretextObjective.BeginEpoch"/> finds the same in the same images twice, keeps all of it in the module, and
    /// trains no weight.
    /// </summary>
    public void AnEpochBeginsAlikeTwice()
    {
        using var scope = NewDisposeScope();
        var (one, other) = Twins();
        var weights = one.Module.parameters().Select(parameter => parameter.detach().clone()).ToArray();
        Begin(one, epoch: 1);
        Begin(other, epoch: 1);
        Require(one.Module.parameters().Zip(weights).All(pair => Equal(pair.First, pair.Second)), "BeginEpoch changes a weight; keep what it finds in buffers");
        var state = StateDict.Of(other.Module);
        foreach (var (name, value) in StateDict.Of(one.Module))
        {
            Require(Equal(value, state[name]), $"of the same images, BeginEpoch finds another \"{name}\" the second time; draw from EpochStart.Random");
        }
    }

    /// <summary>Checks that the loss is a finite scalar with gradient, and that metrics are scalars without.</summary>
    public void LossIsOneFiniteNumber()
    {
        using var scope = NewDisposeScope();
        var result = Loss(New(), Batch());
        Require(result.Loss.requires_grad, "the loss has no gradient; was it computed under no_grad, or detached?");
        Require(double.IsFinite(result.Loss.ToDouble()), $"the first loss is {result.Loss.ToDouble()}");
        foreach (var (name, value) in result.Metrics)
        {
            Require(!value.requires_grad, $"the metric \"{name}\" has a gradient; detach it");
        }
    }

    /// <summary>
    /// Checks <c>"precision": "bf16"</c>, in which convolutions and matrix products compute in bfloat16: the loss stays float32 and close
    /// to what it is otherwise, and the same parameters get a gradient. Nothing is checked on a platform without autocast.
    /// </summary>
    public void LossIsTheSameUnderAutocast()
    {
        using var scope = NewDisposeScope();
        var (plain, cast) = Twins();
        var expected = Loss(plain, Batch()).Loss;
        expected.backward();
        Tensor loss;
        try
        {
            using var autocast = Autocast.On(DeviceType.CPU, ScalarType.BFloat16);
            loss = Loss(cast, Batch()).Loss;
        }
        catch (ExperimentException e) when (e.Message.Contains("does not export", StringComparison.Ordinal))
        {
            return;
        }

        loss.backward();
        var (wanted, got) = (expected.ToDouble(), loss.ToDouble());
        Require(loss.dtype == ScalarType.Float32, $"under autocast the loss is {loss.dtype}; compute it in float32, with AtLeastFloat32() or UnitRows()");
        Require(
            Math.Abs(got - wanted) <= Bfloat16Tolerance * Math.Max(1, Math.Abs(wanted)),
            $"under autocast the loss is {got:G4} instead of {wanted:G4}; compute similarities and the loss in float32, within Autocast.Pause");
        foreach (var ((name, parameter), (_, other)) in cast.Module.named_parameters().Zip(plain.Module.named_parameters()))
        {
            Require(parameter.grad is not null || other.grad is null, $"under autocast the parameter \"{name}\" gets no gradient");
        }
    }

    /// <summary>
    /// Checks that steps change the backbone: by its gradient, or in <see cref="IPretextObjective.AfterUpdate"/> if a momentum teacher is
    /// the backbone.
    /// </summary>
    public void AStepChangesTheBackbone()
    {
        using var scope = NewDisposeScope();
        var objective = New();
        var before = objective.Backbone.Module.parameters().Select(parameter => parameter.detach().clone()).ToArray();
        Losses(objective, 0, 3);
        Require(
            !objective.Backbone.Module.parameters().Zip(before).All(pair => Equal(pair.First, pair.Second)),
            "three steps leave the backbone as it was; does the loss reach it, or AfterUpdate change it?");
    }

    /// <summary>Checks that every parameter that requires a gradient gets one.</summary>
    public void EveryTrainedParameterGetsAGradient()
    {
        using var scope = NewDisposeScope();
        var objective = New();
        Loss(objective, Batch()).Loss.backward();
        foreach (var (name, parameter) in objective.Module.named_parameters().Where(p => p.parameter.requires_grad))
        {
            Require(parameter.grad is not null, $"the parameter \"{name}\" gets no gradient; use it in the loss, or set requires_grad to false");
        }
    }

    /// <summary>Checks that momentum encoders and other targets get no gradient, and change in AfterUpdate only.</summary>
    public void WeightsWithoutGradientMoveOnlyAfterTheUpdate()
    {
        using var scope = NewDisposeScope();
        var objective = New();
        var targets = objective.Module.named_parameters().Where(p => !p.parameter.requires_grad).ToArray();
        var before = targets.Select(p => p.parameter.clone()).ToArray();
        Loss(objective, Batch()).Loss.backward();
        objective.BeforeUpdate(TestSteps.At(0));
        for (var i = 0; i < targets.Length; i++)
        {
            Require(targets[i].parameter.grad is null, $"the target \"{targets[i].name}\" got a gradient");
            Require(Equal(before[i], targets[i].parameter), $"the target \"{targets[i].name}\" moved before AfterUpdate");
        }
    }

    /// <summary>
    /// Checks that two objectives of the same weights agree to the last bit, step by step. Dropout, which the host seeds, is off.
    /// </summary>
    public void SameSeedGivesTheSameLoss()
    {
        using var scope = NewDisposeScope();
        var (one, other) = Twins();
        var (first, second) = (Losses(one, 0, 3), Losses(other, 0, 3));
        Require(first.SequenceEqual(second), $"the same weights and seed gave the losses {string.Join(", ", first)} and {string.Join(", ", second)}; draw from StepContext.Random, and drop out by a Dropout module");
    }

    /// <summary>Checks that all state is in the module: saved, built again and loaded, it takes the same next steps.</summary>
    public void SavedAndLoadedTakesTheSameNextStep()
    {
        using var scope = NewDisposeScope();
        var objective = New();
        Losses(objective, 0, 2);
        var again = New();
        StateDict.Load(again.Module, StateDict.Of(objective.Module));
        var (expected, actual) = (Losses(objective, 2, 2), Losses(again, 2, 2));
        Require(
            expected.SequenceEqual(actual),
            $"after save and load the next losses are {string.Join(", ", actual)} instead of {string.Join(", ", expected)}; keep state in buffers, changed in place");
    }

    /// <summary>Checks that every tensor made in a step is freed.</summary>
    public void LiveTensorsStayFlat()
    {
        var objective = New();
        Losses(objective, 0, 2);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Losses(objective, 2, 5);
        var after = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Require(after == before, $"{after - before} tensors were left behind by 5 steps; detach only state, and change it in place");
    }

    /// <summary>Checks that one view too many gives a sentence for the user, or is used.</summary>
    public void WrongNumberOfViewsIsRefused()
    {
        using var scope = NewDisposeScope();
        var (one, other) = Twins();
        var batch = TestSteps.Batch([.. Shapes, Shapes[^1]], BatchSize);
        var another = new ViewBatch([.. batch.Views.SkipLast(1), batch.Views[^1].flip(3) * 2], batch.Indices);
        try
        {
            Require(
                Loss(one, batch).Loss.ToDouble() != Loss(other, another).Loss.ToDouble(),
                $"{Shapes.Count + 1} views were taken without a word, and the last was not looked at; use ViewBatch.Single, Pair or Exactly");
        }
        catch (ExperimentException)
        {
            // Refused, as it should be.
        }
    }

    /// <summary>
    /// Checks that tensors are made on the batch's device. With the meta device as the default one, a tensor made without naming a device
    /// is found. (On the meta device itself this libtorch has no convolution and no batch norm.)
    /// </summary>
    /// <remarks>
    /// The default device is shared by the process: no other test may run meanwhile, so mark the one that calls this
    /// <c>[DoNotParallelize]</c>.
    /// </remarks>
    public void EveryTensorIsMadeOnTheRightDevice()
    {
        using var scope = NewDisposeScope();
        var (objective, batch, step, device) = (New(), Batch(), TestSteps.At(0), get_default_device());
        set_default_device(META);
        try
        {
            Loss(objective, batch).Loss.backward();
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
            set_default_device(device);
        }
    }

    private double[] Losses(IPretextObjective objective, long from, int count)
    {
        var losses = new double[count];
        for (var i = 0; i < count; i++)
        {
            using var scope = NewDisposeScope();
            var step = TestSteps.At(from + i);
            objective.Module.zero_grad();
            var loss = objective.ComputeLoss(TestSteps.Batch(Shapes, BatchSize, seed: from + i + 1), step).Loss;
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

    /// <summary>Computes the loss, whose own errors become violations.</summary>
    private static StepResult Loss(IPretextObjective objective, ViewBatch batch)
    {
        try
        {
            return objective.ComputeLoss(batch, TestSteps.At(0));
        }
        catch (ArgumentException e) when (e.TargetSite?.DeclaringType == typeof(StepResult))
        {
            throw new ContractViolationException(e.Message);
        }
    }

    private void Begin(IPretextObjective objective, int epoch)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        objective.BeginEpoch(new(
            epoch, 10, new StepRandom(1, -1 - epoch), SingleReplica.Instance, CPU, views => [TestSteps.Batch(views?.Views ?? Shapes, BatchSize)]));
    }

    /// <summary>Without layers that draw from torch's own generator, which the process shares: the host seeds it at each step.</summary>
    private IPretextObjective New(Func<IPretextObjective>? create = null)
    {
        var objective = (create ?? Create)();
        foreach (var dropout in objective.Module.modules().Where(module => module.GetType().Name.Contains("Dropout", StringComparison.Ordinal)))
        {
            dropout.eval();
        }

        if (objective.Backbone is IStochasticDepth deep)
        {
            deep.DropPath = 0;
        }

        Begin(objective, epoch: 0);
        return objective;
    }

    private (IPretextObjective First, IPretextObjective Second) Twins()
    {
        var (first, second) = (New(), New());
        StateDict.Load(second.Module, StateDict.Of(first.Module));
        return (first, second);
    }

    private ViewBatch Batch() => TestSteps.Batch(Shapes, BatchSize);

    private static bool Equal(Tensor a, Tensor b) => a.shape.SequenceEqual(b.shape) && a.eq(b).all().ToBoolean();

    private static void Require(bool holds, string sentence) => ContractViolationException.Unless(holds, "objective", sentence);
}
