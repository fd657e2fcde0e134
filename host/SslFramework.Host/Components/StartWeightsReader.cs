using SslFramework.Core.Weights;
using SslFramework.Engine.Weights;

namespace SslFramework.Host.Components;

/// <summary>Lets backbones start from the files that the experiment names, and remembers what they took.</summary>
/// <param name="families">Names of weights that plugins know.</param>
internal sealed class StartWeightsReader(IEnumerable<ForeignFamily> families)
{
    private readonly List<StartWeights> taken = [];
    private bool isOff;

    /// <summary>What was taken, of each file once.</summary>
    public IReadOnlyList<StartWeights> Taken => taken;

    /// <summary>One that reads nothing: whoever builds the backbone loads its weights afterwards.</summary>
    public static StartWeightsReader Idle() => new([]) { isOff = true };

    /// <summary>Loads a file into a new backbone.</summary>
    /// <exception cref="ExperimentException">The file cannot be read, or nothing in it fits.</exception>
    public void Load(IBackbone backbone, string file)
    {
        if (isOff)
        {
            return;
        }

        try
        {
            var report = StartWeights.Load(backbone, file, families);
            if (!taken.Exists(other => other.Sentence == report.Sentence))
            {
                taken.Add(report);
            }
        }
        catch (ExperimentException e)
        {
            throw new ExperimentException(e.Kind, $"\"backbone.weights\": {e.Message}", e);
        }
    }

    /// <summary>Builds a backbone of random weights all the same.</summary>
    public T WithoutFiles<T>(Func<T> build)
    {
        var before = isOff;
        isOff = true;
        try
        {
            return build();
        }
        finally
        {
            isOff = before;
        }
    }
}
