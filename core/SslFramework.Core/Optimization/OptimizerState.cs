namespace SslFramework.Core.Optimization;

/// <summary>
/// Tensors that an optimizer keeps for each parameter, such as momentum, made when first asked for: what <see cref="IOptimizer.State"/>
/// saves and <see cref="IOptimizer.LoadState"/> restores.
/// </summary>
public sealed class OptimizerState : IDisposable
{
    private readonly Dictionary<string, Parameter> parameters;
    private readonly string[] slots;
    private readonly Dictionary<string, Tensor> tensors = [];

    /// <summary>An empty state.</summary>
    /// <param name="parameters">The optimizer's parameters.</param>
    /// <param name="slots">Names of what is kept; <see cref="StepSlot"/> is a counter, the others have the parameter's shape.</param>
    public OptimizerState(NamedParameters parameters, params string[] slots)
    {
        this.parameters = parameters.Items.ToDictionary(item => item.Name, item => item.Value);
        this.slots = slots;
    }

    /// <summary>The slot that counts a parameter's steps.</summary>
    public const string StepSlot = "step";

    /// <summary>All that were made so far, by <c>parameter.slot</c>.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => tensors;

    /// <summary>The tensors of a slot, zeros at first.</summary>
    public Tensor[] Of(IEnumerable<string> parameters, string slot) => [.. parameters.Select(name => Of(name, slot))];

    /// <summary>Takes copies of saved tensors in place of the present ones.</summary>
    /// <exception cref="ExperimentException">A key or shape is not one of this optimizer's.</exception>
    public void Load(IReadOnlyDictionary<string, Tensor> source)
    {
        foreach (var (key, value) in source)
        {
            Check(key, value);
        }

        Dispose();
        using var gradient = no_grad();
        foreach (var (key, value) in source)
        {
            var (name, slot) = Split(key);
            (tensors[key] = Zeros(name, slot)).copy_(value);
        }
    }

    /// <summary>Frees all of them.</summary>
    public void Dispose()
    {
        foreach (var tensor in tensors.Values)
        {
            tensor.Dispose();
        }

        tensors.Clear();
    }

    /// <summary>The tensor of a parameter's slot, zeros at first: of the parameter's shape and type, or a float32 scalar for <see cref="StepSlot"/>.</summary>
    public Tensor Of(string parameter, string slot)
    {
        var key = $"{parameter}.{slot}";
        if (!tensors.TryGetValue(key, out var tensor))
        {
            tensors[key] = tensor = Zeros(parameter, slot);
        }

        return tensor;
    }

    /// <summary>A counter, or a tensor that lies in memory as its parameter does.</summary>
    private Tensor Zeros(string parameter, string slot)
    {
        using var scope = NewDisposeScope();
        var weight = parameters[parameter];
        return (slot == StepSlot ? zeros([], float32, weight.device) : zeros_like(weight)).DetachFromDisposeScope();
    }

    private void Check(string key, Tensor value)
    {
        var (name, slot) = Split(key);
        if (!slots.Contains(slot) || !parameters.TryGetValue(name, out var parameter))
        {
            throw new ExperimentException(
                FailureKind.Checkpoint,
                $"The saved optimizer state has '{key}', which this optimizer does not; "
                + "resume with the optimizer and model that saved it.");
        }

        long[] shape = IsCounter(key) ? [] : parameter.shape;
        var type = IsCounter(key) ? float32 : parameter.dtype;
        if (!shape.SequenceEqual(value.shape) || value.dtype != type)
        {
            throw new ExperimentException(
                FailureKind.Checkpoint,
                $"The saved optimizer state '{key}' is {value.dtype} [{string.Join(", ", value.shape)}], but this model needs "
                + $"{type} [{string.Join(", ", shape)}]; resume with the model that saved it.");
        }
    }

    private static bool IsCounter(string key) => Split(key).Slot == StepSlot;

    private static (string Parameter, string Slot) Split(string key)
    {
        var dot = key.LastIndexOf('.');
        return dot < 0 ? ("", key) : (key[..dot], key[(dot + 1)..]);
    }
}
