namespace SslFramework.Core.Tensors;

/// <summary>Weights of modules by name.</summary>
public static class StateDict
{
    /// <summary>The prefix of the backbone's keys in the state of an objective.</summary>
    public const string BackbonePrefix = "backbone.";

    private const int Shown = 5;

    /// <summary>Every parameter and buffer: live tensors, not copies.</summary>
    public static IReadOnlyDictionary<string, Tensor> Of(nn.Module module) => module.state_dict();

    /// <summary>Copies weights into a module, all or none.</summary>
    /// <param name="module">The module; it keeps its device and its number types.</param>
    /// <param name="tensors">One tensor for every key of the module, of the same shape, on any device.</param>
    /// <param name="prefix">
    /// Only keys with this prefix count, and it is removed: <c>backbone.</c> takes a backbone out of an objective.
    /// </param>
    /// <param name="source">Names the weights' origin in the message.</param>
    /// <param name="remedy">What to do if they are of another model, for the message.</param>
    /// <exception cref="ExperimentException">
    /// Keys are missing, unexpected or of another shape, or numbers are NaN or infinite; nothing was changed.
    /// </exception>
    public static void Load(
        nn.Module module,
        IReadOnlyDictionary<string, Tensor> tensors,
        string prefix = "",
        string source = "The checkpoint",
        string remedy = "Use the experiment that made it.")
    {
        var given = tensors
            .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value);
        var own = Of(module);

        // TorchSharp would silently broadcast a tensor of another shape.
        var problems = string.Join("; ", new[]
        {
            List("missing", own.Keys.Where(key => !given.ContainsKey(key))),
            List("unexpected", given.Keys.Where(key => !own.ContainsKey(key))),
            List("different", own.Keys.Where(given.ContainsKey).Select(key => Difference(key, own[key], given[key])).OfType<string>()),
        }.OfType<string>());
        if (problems.Length > 0)
        {
            throw new ExperimentException(
                FailureKind.Checkpoint, $"{source} does not fit the model: {problems}. {remedy}");
        }

        using var gradient = no_grad();
        if (List("not finite", own.Where(pair => !FiniteWeights.AreFinite(given[pair.Key], pair.Value.dtype)).Select(pair => pair.Key))
            is { } spoilt)
        {
            throw new ExperimentException(
                FailureKind.Checkpoint,
                $"{source} holds NaN or infinity, of which nothing can be computed: {spoilt}. "
                + "Take an earlier checkpoint, or get the file anew.");
        }

        foreach (var (key, tensor) in own)
        {
            tensor.copy_(given[key]);
        }
    }

    private static string? Difference(string key, Tensor own, Tensor given) =>
        !own.shape.SequenceEqual(given.shape)
            ? $"{key} is [{string.Join(", ", given.shape)}] but must be [{string.Join(", ", own.shape)}]"
            : own.is_floating_point() != given.is_floating_point() ? $"{key} is {given.dtype} but must be {own.dtype}" : null;

    private static string? List(string what, IEnumerable<string> keys)
    {
        var all = keys.Order(StringComparer.Ordinal).ToList();
        var more = all.Count > Shown ? $" and {all.Count - Shown} more" : "";
        return all.Count == 0 ? null : $"{all.Count} {what} ({string.Join(", ", all.Take(Shown))}{more})";
    }
}
