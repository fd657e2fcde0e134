using SslFramework.Core.Optimization;

namespace SslFramework.Engine.Evaluation.FineTuning;

/// <summary>An optimizer for each group of parameters that share rate and decay.</summary>
internal sealed class GroupedOptimizer : IDisposable
{
    private readonly (double Scale, IOptimizer Optimizer)[] groups;

    public GroupedOptimizer(IEnumerable<TunedParameter> parameters, FineTuneOptimizer kind) =>
        groups = [.. parameters.GroupBy(p => (p.Scale, p.WeightDecay)).Select(group => (
            group.Key.Scale,
            Create(kind, group.Key.WeightDecay, new NamedParameters([.. group.Select(p => (p.Name, p.Value))]))))];

    public void Step(double learningRate)
    {
        foreach (var (scale, optimizer) in groups)
        {
            optimizer.Step(learningRate * scale);
        }
    }

    public void Dispose() => Array.ForEach(groups, group => group.Optimizer.Dispose());

    private static IOptimizer Create(FineTuneOptimizer kind, double weightDecay, NamedParameters parameters) => kind == FineTuneOptimizer.Adamw
        ? new AdamW(new() { WeightDecay = weightDecay }, parameters)
        : new Sgd(new() { WeightDecay = weightDecay, Nesterov = true }, parameters);
}
