using System.Text;
using SslFramework.Core.Distributed;
using SslFramework.Engine.Weights;

namespace SslFramework.Engine.Distributed;

/// <summary>Detects weights that are not the same in every process: what is trained then is no longer one network.</summary>
internal static class Drift
{
    /// <summary>Compares the weights of all processes, bit by bit.</summary>
    /// <exception cref="ExperimentException">They differ.</exception>
    public static void Check(IProcessGroup group, nn.Module module, long step)
    {
        using var scope = NewDisposeScope();
        var own = tensor(Encoding.ASCII.GetBytes(WeightHash.Of(module)), device: CPU);
        var all = empty([group.Count, own.numel()], own.dtype, CPU);
        group.Gather(own, all);
        for (var rank = 1; rank < group.Count; rank++)
        {
            if (!all[rank].eq(all[0]).all().ToBoolean())
            {
                throw new ExperimentException(
                    FailureKind.Plugin,
                    $"After step {step} process {rank} has other weights than process 0; "
                    + "an objective draws from StepContext.Random alone, and calls StepContext.Replicas in every process alike.");
            }
        }
    }
}
