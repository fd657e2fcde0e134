using SslFramework.Core.Optimization;
using TorchSharp;

namespace SslFramework.Tests.Core.Optimization;

[TestClass]
internal sealed class OptimizerTests
{
    private static readonly (string Name, Func<NamedParameters, IOptimizer> Make)[] All =
    [
        ("sgd", p => new Sgd(new() { WeightDecay = 0.1 }, p)),
        ("adamw", p => new AdamW(new() { WeightDecay = 0.1 }, p)),
        ("lars", p => new Lars(new() { WeightDecay = 0.1 }, p)),
        ("lars, rate inside", p => new Lars(new() { WeightDecay = 0.1, Variant = LarsVariant.LearningRateInside }, p)),
    ];

    public static IEnumerable<object[]> Optimizers => All.Select(pair => new object[] { pair.Name });

    [TestMethod]
    [DynamicData(nameof(Optimizers))]
    public void Step_ParameterWithoutGradient_IsLeftAlone(string name)
    {
        using var scope = NewDisposeScope();
        var (parameters, optimizer) = Made(name);
        parameters.Items[0].Value.grad = ones([2, 3]);
        var frozen = parameters.Items[1].Value.clone();

        optimizer.Step(new(0.1));

        Assert.AreEqual(frozen, parameters.Items[1].Value);
        Assert.IsTrue(optimizer.State.Keys.All(key => key.StartsWith("weight.", StringComparison.Ordinal)));
        Assert.IsNotEmpty(optimizer.State);
    }

    [TestMethod]
    [DynamicData(nameof(Optimizers))]
    public void Step_LearningRateZero_MovesNothing(string name)
    {
        using var scope = NewDisposeScope();
        var (parameters, optimizer) = Made(name);
        var before = parameters.Items.Select(p => p.Value.clone()).ToList();
        SetGradients(parameters, 0);

        optimizer.Step(new(0));

        CollectionAssert.AreEqual(before, parameters.Items.Select(p => (Tensor)p.Value).ToList());
    }

    [TestMethod]
    [DynamicData(nameof(Optimizers))]
    public void LoadState_AfterThreeSteps_ContinuesToTheBit(string name)
    {
        using var scope = NewDisposeScope();
        var (parameters, optimizer) = Made(name);
        var (others, other) = Made(name);
        Run(parameters, optimizer, 0, 3);
        Assert.IsNotEmpty(optimizer.State);

        using (no_grad())
        {
            for (var i = 0; i < 2; i++)
            {
                others.Items[i].Value.copy_(parameters.Items[i].Value);
            }
        }

        other.LoadState(optimizer.State);
        Run(parameters, optimizer, 3, 5);
        Run(others, other, 3, 5);

        for (var i = 0; i < 2; i++)
        {
            Assert.AreEqual((Tensor)parameters.Items[i].Value, others.Items[i].Value);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Optimizers))]
    public void Step_Repeated_LeavesNoTensorsBehind(string name)
    {
        using var scope = NewDisposeScope();
        var (parameters, optimizer) = Made(name);
        Run(parameters, optimizer, 0, 1);
        SetGradients(parameters, 1);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (var step = 0; step < 10; step++)
        {
            optimizer.Step(new(0.1));
        }

        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    [DynamicData(nameof(Optimizers))]
    public void Step_WeightsThatLieInMemoryTransposed_MoveAsOthersDo(string name)
    {
        using var scope = NewDisposeScope();
        var values = Golden.Tensor("weight", [2, 3]);
        var (straight, turned) = (new Parameter(values.clone()), new Parameter(values.t().contiguous().t()));
        var optimizers = new[] { straight, turned }.Select(weight => All.First(pair => pair.Name == name).Make(new([("weight", weight)]))).ToList();
        optimizers[1].LoadState(optimizers[0].State.ToDictionary());
        for (var step = 0; step < 3; step++)
        {
            foreach (var (weight, optimizer) in new[] { straight, turned }.Zip(optimizers))
            {
                weight.grad = null;
                (weight * Golden.Tensor($"g{step}", [2, 3])).sum().backward();
                optimizer.Step(new(0.1));
                optimizer.LoadState(optimizer.State.ToDictionary(pair => pair.Key, pair => pair.Value.clone().contiguous()));
            }
        }

        Assert.IsTrue(turned.allclose(straight, 1e-6, 1e-7));
    }

    [TestMethod]
    public void State_OutlivesTheScopeOfItsFirstStep()
    {
        var (parameters, optimizer) = Made("adamw");
        using (NewDisposeScope())
        {
            Run(parameters, optimizer, 0, 1);
        }

        Run(parameters, optimizer, 1, 2);
        Assert.AreEqual(2, optimizer.State["weight.step"].item<float>());
        optimizer.Dispose();
        Assert.IsEmpty(optimizer.State);
    }

    [TestMethod]
    [DataRow("other.momentum", "other.momentum")]
    [DataRow("weight.mean", "weight.mean")]
    [DataRow("bias.momentum", "[2, 3]")]
    public void LoadState_OfAnotherModel_SaysWhatDiffers(string key, string expected)
    {
        using var scope = NewDisposeScope();
        var (_, optimizer) = Made("sgd");

        var saved = new Dictionary<string, Tensor> { [key] = zeros([2, 3]) };

        var error = Assert.ThrowsExactly<ExperimentException>(() => optimizer.LoadState(saved));

        Assert.AreEqual(FailureKind.Checkpoint, error.Kind);
        Assert.Contains(expected, error.Message);
    }

    [TestMethod]
    public void Decay_ExceptOneDimensional_SparesBiasesAndNorms_ButNotTokens()
    {
        using var scope = NewDisposeScope();
        var parameters = new NamedParameters([
            ("fc.weight", new Parameter(ones([2, 2]))), ("fc.bias", new Parameter(ones([2]))), ("norm.weight", new Parameter(ones([2]))),
            ("stacked.bias", new Parameter(ones([2, 2]))), ("cls_token", new Parameter(ones([1, 1, 2])))]);
        foreach (var (_, value) in parameters.Items)
        {
            value.grad = zeros_like(value);
        }

        using var optimizer = new AdamW(new() { WeightDecay = 0.5, Decay = WeightDecayScope.ExceptOneDimensional }, parameters);
        optimizer.Step(new(0.1));

        float[] expected = [0.95f, 1, 1, 1, 0.95f];
        CollectionAssert.AreEqual(expected, parameters.Items.Select(p => p.Value.flatten()[0].item<float>()).ToArray());
    }

    [TestMethod]
    [DataRow(LarsVariant.LearningRateOutside, 2.0, 2.0, 2.982612, 3.976816)]
    [DataRow(LarsVariant.LearningRateOutside, 2.0, 1.0, 2.988306, 3.984408)]
    [DataRow(LarsVariant.LearningRateInside, 2.0, 1.0, 2.985606, 3.980808)]
    public void Lars_TwoSteps_EqualPublishedForms(LarsVariant variant, double first, double second, double x, double y)
    {
        using var scope = NewDisposeScope();
        var weight = new Parameter(tensor(new float[,] { { 3, 4 } }));
        using var optimizer = new Lars(new() { Variant = variant, WeightDecay = 0.1 }, new([("weight", weight)]));
        foreach (var rate in new[] { first, second })
        {
            weight.grad = tensor(new[,] { { 0.6f, 0.8f } });
            optimizer.Step(new(rate));
        }

        Assert.AreEqual(x, weight[0, 0].item<float>(), 1e-6);
        Assert.AreEqual(y, weight[0, 1].item<float>(), 1e-6);
    }

    [TestMethod]
    public void Lars_WeightOrGradientOfZeros_MovesAsPlainMomentum()
    {
        using var scope = NewDisposeScope();
        var weight = new Parameter(zeros([1, 2]));
        weight.grad = ones([1, 2]);
        using var optimizer = new Lars(new(), new([("weight", weight)]));

        optimizer.Step(new(0.5));

        Assert.AreEqual(-0.5f, weight[0, 0].item<float>());
    }

    private static (NamedParameters Parameters, IOptimizer Optimizer) Made(string name)
    {
        var parameters = new NamedParameters([
            ("weight", new Parameter(Golden.Tensor("weight", [2, 3]))), ("bias", new Parameter(Golden.Tensor("bias", [4])))]);
        return (parameters, All.First(pair => pair.Name == name).Make(parameters));
    }

    private static void Run(NamedParameters parameters, IOptimizer optimizer, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            SetGradients(parameters, step);
            optimizer.Step(new(0.1 / (step + 1)));
        }
    }

    private static void SetGradients(NamedParameters parameters, int step)
    {
        foreach (var (name, value) in parameters.Items)
        {
            value.grad = Golden.Tensor($"g{step}.{name}", value.shape);
        }
    }
}
