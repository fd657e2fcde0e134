using SslFramework.Core.Tensors;

namespace SslFramework.Testing;

/// <summary>
/// Checks that an evaluator keeps the contract of <see cref="IEvaluator"/>: one call in a test of your own plugin. Each check throws a
/// <see cref="ContractViolationException"/> with one sentence.
/// </summary>
/// <param name="Create">Builds the evaluator.</param>
public sealed record EvaluatorContract(Func<IEvaluator> Create)
{
    private const int Size = 8;
    private const int Classes = 2;

    /// <summary>Images to learn from, and to measure on.</summary>
    public int Count { get; init; } = 32;

    /// <summary>The network that is measured; made anew for each check.</summary>
    public Func<IBackbone> Backbone { get; init; } = () => new TestBackbone();

    /// <summary>Runs every check.</summary>
    public void Verify()
    {
        NumbersHaveNames();
        TheBackboneIsAfterwardsWhatItWas();
        TheSameWeightsGiveTheSameNumbers();
        TheProtocolIsTheSameEachTime();
        LiveTensorsStayFlat();
    }

    /// <summary>Each number has a layer and a metric of its own, and lies in its interval.</summary>
    public void NumbersHaveNames()
    {
        var results = Measure(Evaluated());
        Require(results.Count > 0, "it gives no number");
        foreach (var result in results)
        {
            Require(result is { Layer.Length: > 0, Metric.Length: > 0 }, "a number has no layer or no metric");
            Require(results.Count(other => (other.Layer, other.Metric) == (result.Layer, result.Metric)) == 1, $"there are two numbers \"{result.Metric}\" of \"{result.Layer}\"");
            Require(result.Interval is not { } interval || (interval.Low <= result.Value && result.Value <= interval.High), $"\"{result.Metric}\" is {result.Value}, outside of its interval {result.Interval}");
        }
    }

    /// <summary>Weights, buffers, modes and what asks for a gradient are as before, and no gradient is left.</summary>
    public void TheBackboneIsAfterwardsWhatItWas()
    {
        using var scope = NewDisposeScope();
        var backbone = Evaluated();
        var state = StateDict.Of(backbone.Module).ToDictionary(pair => pair.Key, pair => pair.Value.detach().clone());
        var asks = backbone.Module.parameters().Select(parameter => parameter.requires_grad).ToArray();
        Measure(backbone);
        foreach (var (name, tensor) in StateDict.Of(backbone.Module))
        {
            Require(tensor.equal(state[name]).all().ToBoolean(), $"\"{name}\" of the backbone is changed; copy what is trained, or put it back");
        }

        Require(backbone.Module.modules().Prepend(backbone.Module).All(module => !module.training), "the backbone is left in training mode; keep its modes with KeptModes");
        Require(asks.SequenceEqual(backbone.Module.parameters().Select(parameter => parameter.requires_grad)), "requires_grad of the backbone's parameters is changed");
        Require(backbone.Module.parameters().All(parameter => parameter.grad is not { } gradient || gradient.abs().sum().ToDouble() == 0), "gradients are left in the backbone's parameters; compute features under no_grad");
    }

    /// <summary>A number is a function of weights, images and options.</summary>
    public void TheSameWeightsGiveTheSameNumbers()
    {
        var backbone = Evaluated();
        var (first, second) = (Measure(backbone), Measure(backbone));
        Require(
            first.Select(result => (result.Layer, result.Metric, result.Value)).SequenceEqual(second.Select(result => (result.Layer, result.Metric, result.Value))),
            $"the same weights and images give {Told(first)} and then {Told(second)}; draw from a SampleRandom of a seed in the options");

        static string Told(IReadOnlyList<EvaluationResult> results) => string.Join(", ", results.Select(result => $"{result.Metric} {result.Value:G6}").Take(3));
    }

    /// <summary>What a number rests on does not change, and can be told before it is measured.</summary>
    public void TheProtocolIsTheSameEachTime()
    {
        var train = Images(1, Backbone().Channels);
        var (first, second) = (Create().Protocol(train), Create().Protocol(train));
        Require(first?.GetType() == second?.GetType() && first?.ToString() == second?.ToString(), $"the protocol is {first} and then {second}");
    }

    /// <summary>Every tensor made in an evaluation dies in it.</summary>
    public void LiveTensorsStayFlat()
    {
        var backbone = Evaluated();
        Measure(backbone);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Measure(backbone);
        var after = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Require(after == before, $"{after - before} tensors were left behind by an evaluation; open a NewDisposeScope in Evaluate");
    }

    private static void Require(bool holds, string sentence) => ContractViolationException.Unless(holds, "evaluator", sentence);

    private IReadOnlyList<EvaluationResult> Measure(IBackbone backbone) => Create().Evaluate(backbone, Images(1, backbone.Channels), Images(2, backbone.Channels));

    private IBackbone Evaluated()
    {
        var backbone = Backbone();
        backbone.Module.eval();
        return backbone;
    }

    private MadeImages Images(long seed, int channels) => new(seed, [.. Enumerable.Range(0, Count)], Classes, channels, Size);
}
