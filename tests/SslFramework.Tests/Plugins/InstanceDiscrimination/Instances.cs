using SslFramework.Engine.Data.Sources;
using SslFramework.Plugins.InstanceDiscrimination;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.InstanceDiscrimination;

/// <summary>Objectives with a memory bank whose embeddings are what they get: images of one pixel, with a channel for each number.</summary>
internal static class Instances
{
    /// <summary>Images of 8 × 8 pixels.</summary>
    public static IDataSource Source(int count, int channels = 1) => new SyntheticSource(new() { Count = count, Size = 8, Channels = channels });

    public static InstanceDiscriminationObjective OfVectors(InstanceDiscriminationOptions options, Tensor bank) =>
        WithBank(new InstanceDiscriminationObjective(options, Vectors(options.Dimension), Source((int)bank.shape[0])), bank);

    public static LocalAggregationObjective OfVectors(LocalAggregationOptions options, Tensor bank) =>
        WithBank(new LocalAggregationObjective(options, Vectors(options.Dimension), Source((int)bank.shape[0])), bank);

    private static TestBackbones Vectors(int dimension) => new(() => new RecordingBackbone(dimension, side: 1));

    /// <summary>In float64, with the unit matrix as projector.</summary>
    private static T WithBank<T>(T objective, Tensor bank)
        where T : nn.Module
    {
        objective.to(float64);
        using var gradient = no_grad();
        var state = objective.state_dict();
        state["bank"].copy_(bank);
        state["projector.weight"].copy_(eye(bank.shape[1], dtype: float64));
        state["projector.bias"].zero_();
        return objective;
    }
}
