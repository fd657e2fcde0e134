using SslFramework.Core.Optimization;
using SslFramework.Core.Tensors;
using SslFramework.Engine.Training.Checkpoints;

namespace SslFramework.Tests;

/// <summary>An objective of a few numbers and its optimizer, to be saved and restored.</summary>
internal sealed class TinyTraining : IDisposable
{
    private readonly Tiny objective = new();

    public TinyTraining() =>
        Optimizer = new AdamW(new() { WeightDecay = 0.1 }, new NamedParameters([.. objective.named_parameters().Select(p => (p.name, p.parameter))]));

    public IPretextObjective Objective => objective;

    public IOptimizer Optimizer { get; }

    public long Step { get; private set; }

    /// <summary>Every number, in hexadecimal.</summary>
    public string Numbers => string.Join(' ', StateDict.Of(objective).Concat(Optimizer.State)
        .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={Convert.ToHexString(pair.Value.bytes)}"));

    public TrainingState State => new() { Step = Step, LossSum = 0.1 * Step, LossCount = 3, Logs = new Dictionary<string, long> { ["metrics.jsonl"] = 7 * Step } };

    public TinyTraining Take(int steps = 1)
    {
        for (var i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            objective.zero_grad();
            objective.Loss().backward();
            Optimizer.Step(new(0.1));
            Step++;
        }

        return this;
    }

    public TrainingState Restore(string checkpoint)
    {
        var state = TrainingCheckpoint.Restore(checkpoint, Objective, Optimizer);
        Step = state.Step;
        return state;
    }

    public void SetWeight(float value)
    {
        using var gradient = no_grad();
        objective.parameters().First().fill_(value);
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        objective.Dispose();
    }

    private sealed class Tiny : nn.Module, IPretextObjective
    {
        private readonly Parameter weight;
        private readonly Tensor queue;

        public Tiny()
            : base("objective")
        {
            weight = new Parameter(arange(6, float32).reshape(2, 3));
            queue = zeros(3).DetachFromDisposeScope();
            RegisterComponents();
        }

        public nn.Module Module => this;

        public IBackbone Backbone => throw new NotSupportedException();

        public Tensor Loss()
        {
            queue.add_(weight.detach().sum([0]));
            return weight.square().mul(queue).sum();
        }

        public StepResult ComputeLoss(ViewBatch batch, StepContext step) => new(Loss());
    }
}
