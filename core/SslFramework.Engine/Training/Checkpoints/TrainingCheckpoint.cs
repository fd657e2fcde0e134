using System.Text.Json;
using SslFramework.Core.Optimization;
using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;

namespace SslFramework.Engine.Training.Checkpoints;

/// <summary>The files of one checkpoint: everything that training needs to resume with the same bits.</summary>
internal static class TrainingCheckpoint
{
    /// <summary>The file of the objective: backbone, heads, momentum encoders, queues.</summary>
    public const string Objective = "objective.safetensors";

    /// <summary>The file of the optimizer's state.</summary>
    public const string Optimizer = "optimizer.safetensors";

    private const string State = "state.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Files of a checkpoint besides its manifest.</summary>
    internal static IReadOnlyCollection<string> Files { get; } = [Objective, Optimizer, State];

    /// <summary>Reads the state of the run.</summary>
    /// <exception cref="ExperimentException">The file is damaged.</exception>
    public static TrainingState ReadState(string checkpoint)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainingState>(File.ReadAllBytes(Path.Combine(checkpoint, State)), Json)
                ?? throw new JsonException($"{State} holds nothing");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ExperimentException(
                FailureKind.Checkpoint,
                $"The checkpoint {checkpoint} is damaged ({e.Message}); delete it to go on from the one before.",
                e);
        }
    }

    /// <summary>Loads a checkpoint into an objective and its optimizer, built as in the run that wrote it.</summary>
    /// <returns>The state of the run.</returns>
    /// <exception cref="ExperimentException">It is of another model, or damaged.</exception>
    public static TrainingState Restore(string checkpoint, IPretextObjective objective, IOptimizer optimizer)
    {
        var state = ReadState(checkpoint);
        using var scope = NewDisposeScope();
        StateDict.Load(
            objective.Module, SafeTensors.Read(Path.Combine(checkpoint, Objective)).Tensors, source: $"The checkpoint {checkpoint}");
        optimizer.LoadState(SafeTensors.Read(Path.Combine(checkpoint, Optimizer)).Tensors);
        return state;
    }

    /// <summary>The content, file by file, with the length of each.</summary>
    internal static IReadOnlyList<(string Name, long Length, Action<Stream> Write)> Contents(
        TrainingState state, IPretextObjective objective, IOptimizer optimizer)
    {
        var (weights, moments) = (SafeTensors.Content(StateDict.Of(objective.Module)), SafeTensors.Content(optimizer.State));
        var json = JsonSerializer.SerializeToUtf8Bytes(state, Json);
        return
        [
            (Objective, weights.Length, weights.Write),
            (Optimizer, moments.Length, moments.Write),
            (State, json.Length, stream => stream.Write(json)),
        ];
    }
}
