namespace SslFramework.Core.Optimization;

/// <summary>Tensors that an optimizer keeps for each parameter, made when first asked for.</summary>
internal sealed class OptimizerState : IDisposable
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

    public IReadOnlyDictionary<string, Tensor> Tensors => tensors;

    /// <summary>The tensor of a slot, zeros at first.</summary>
    public Tensor Of(string parameter, string slot)
    {
        var key = $"{parameter}.{slot}";
        if (!tensors.TryGetValue(key, out var tensor))
        {
            tensors[key] = tensor = zeros_like(parameters[parameter]).DetachFromDisposeScope();
        }

        return tensor;
    }

    /// <summary>Counts a step of a parameter. The counter stays on the CPU: reading it never waits for a device.</summary>
    /// <returns>1 at the first.</returns>
    public long CountStep(string parameter)
    {
        var key = $"{parameter}.{StepSlot}";
        if (!tensors.TryGetValue(key, out var counter))
        {
            tensors[key] = counter = zeros([], int64).DetachFromDisposeScope();
        }

        return counter.add_(1).item<long>();
    }

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
            var device = IsCounter(key) ? CPU : parameters[Split(key).Parameter].device;
            tensors[key] = value.detach().to(device, copy: true).DetachFromDisposeScope();
        }
    }

    public void Dispose()
    {
        foreach (var tensor in tensors.Values)
        {
            tensor.Dispose();
        }

        tensors.Clear();
    }

    private void Check(string key, Tensor value)
    {
        var (name, slot) = Split(key);
        if (!slots.Contains(slot) || !parameters.TryGetValue(name, out var parameter))
        {
            throw new ExperimentException(
                ExitCode.Checkpoint,
                $"The saved optimizer state has '{key}', which this optimizer does not; resume with the optimizer and model that saved it.");
        }

        long[] shape = IsCounter(key) ? [] : parameter.shape;
        var type = IsCounter(key) ? int64 : parameter.dtype;
        if (!shape.SequenceEqual(value.shape) || value.dtype != type)
        {
            throw new ExperimentException(
                ExitCode.Checkpoint,
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
