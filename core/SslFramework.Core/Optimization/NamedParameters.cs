namespace SslFramework.Core.Optimization;

/// <summary>The parameters that an optimizer moves, with their names in the state dict.</summary>
public sealed record NamedParameters(IReadOnlyList<(string Name, Parameter Value)> Items)
{
    /// <summary>How parameters are trained that are not trained as the others, by name.</summary>
    public IReadOnlyDictionary<string, ParameterFactors> Factors { get; init; } = new Dictionary<string, ParameterFactors>();

    /// <summary>The parameters of a module that require a gradient.</summary>
    /// <param name="module">The module.</param>
    /// <param name="rules">Rules for some of them.</param>
    /// <exception cref="ExperimentException">A rule covers no parameter.</exception>
    public static NamedParameters Of(nn.Module module, params IEnumerable<ParameterRule> rules)
    {
        (string Name, Parameter Value)[] items = [.. module.named_parameters().Where(p => p.parameter.requires_grad)];
        var factors = new Dictionary<string, ParameterFactors>();
        foreach (var rule in rules)
        {
            var covered = items.Where(item => rule.Covers(item.Name, item.Value.dim())).Select(item => item.Name).ToList();
            if (covered.Count == 0)
            {
                throw new ExperimentException(
                    FailureKind.Config,
                    $"The rule for \"{rule.Names}\"{Of(rule.Dimensions)} covers no parameter that is trained; "
                    + $"their names are {Shown(items)}.");
            }

            covered.ForEach(name => factors[name] = factors.GetValueOrDefault(name, ParameterFactors.Default).With(rule));
        }

        return new(items) { Factors = factors };
    }

    /// <summary>
    /// Those of a backbone that require a gradient, and a new head's, which have the full rate; of these, weight matrices decay, biases
    /// and norms do not.
    /// </summary>
    /// <param name="head">The head.</param>
    /// <param name="name">What the names of its parameters begin with.</param>
    public NamedParameters WithHead(nn.Module head, string name)
    {
        var own = head.named_parameters().Select(p => (Name: $"{name}.{p.name}", p.parameter)).ToList();
        return new([.. Items.Where(item => item.Value.requires_grad), .. own])
        {
            Factors = Factors
                .Concat(own.Select(p => KeyValuePair.Create(p.Name, new ParameterFactors(WeightDecay: p.parameter.dim() > 1 ? 1 : 0))))
                .ToDictionary(),
        };
    }

    /// <summary>
    /// The parameters that have a gradient, with it. A step skips the others: no decay, no momentum.
    /// </summary>
    public IEnumerable<MovedParameter> WithGradient()
    {
        foreach (var (name, weight) in Items)
        {
            if (weight.grad is { } gradient)
            {
                yield return new(name, weight, gradient, Factors.GetValueOrDefault(name, ParameterFactors.Default));
            }
        }
    }

    private static string Shown((string Name, Parameter Value)[] items)
    {
        var names = items.Select(item => $"\"{item.Name}\"").ToArray();
        return string.Join(", ", names.Length <= 6 ? names : [.. names.Take(3), "…", .. names.TakeLast(3)]);
    }

    private static string Of(int? dimensions) => dimensions is { } n ? $" of {n} dimension{(n == 1 ? "" : "s")}" : "";
}

/// <summary>A parameter that a step moves.</summary>
/// <param name="Name">Its name in the state dict.</param>
/// <param name="Weight">The parameter.</param>
/// <param name="Gradient">Its gradient.</param>
/// <param name="Factors">How it is trained, relative to the others.</param>
public readonly record struct MovedParameter(string Name, Tensor Weight, Tensor Gradient, ParameterFactors Factors);
