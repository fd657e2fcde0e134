using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Weights;
using SslFramework.Engine.Weights;
using TorchSharp;

namespace SslFramework.Host.Weights;

/// <summary>Weights of a network whose family a plugin knows, out of a file.</summary>
/// <param name="Network">The network.</param>
/// <param name="Tensors">The weights by the network's own keys.</param>
/// <param name="Prefix">What its keys begin with in the file.</param>
internal sealed record FamilyWeights(ForeignNetwork Network, IReadOnlyDictionary<string, torch.Tensor> Tensors, string Prefix)
{
    /// <summary>The network as an experiment's <c>backbone</c>, in JSON.</summary>
    public string Json => KnownNetwork.Json(Network.Name, [.. Network.Options]);

    /// <summary>The families that plugins registered.</summary>
    public static IReadOnlyList<ForeignFamily> Families(IServiceCollection services)
    {
        using var provider = services.BuildServiceProvider();
        return [.. provider.GetServices<ForeignFamily>()];
    }

    /// <summary>Finds a network of a family by the keys by which it is known; null if there is none.</summary>
    /// <param name="file">Tensors by the file's own keys.</param>
    /// <param name="families">The families.</param>
    /// <param name="prefix">What the network's keys begin with; null finds it.</param>
    /// <exception cref="ExperimentException">It looks like one of a family, and is none.</exception>
    public static FamilyWeights? In(
        IReadOnlyDictionary<string, torch.Tensor> file, IEnumerable<ForeignFamily> families, string? prefix = null)
    {
        string[] keys = [.. file.Keys.Where(key => key.StartsWith(prefix ?? "", StringComparison.Ordinal))];
        var found = families
            .SelectMany(family => family.Marks.Select(mark => (Family: family, Prefix: BackbonePlace.Behind([mark], keys))))
            .FirstOrDefault(place => place.Prefix is not null);
        if (found.Prefix is null)
        {
            return null;
        }

        var weights = file
            .Where(pair => pair.Key.StartsWith(found.Prefix, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key[found.Prefix.Length..], pair => pair.Value);
        var own = found.Family.Own(weights);
        return new(found.Family.Describe(own, weights), own, found.Prefix);
    }

    /// <summary>
    /// Refuses a file with only a few parts of the network, because a few bytes could otherwise fill the memory: the network is built
    /// once without any.
    /// </summary>
    /// <param name="create">Builds it.</param>
    /// <param name="source">Names the file.</param>
    /// <exception cref="ExperimentException">Most weights are missing.</exception>
    public void EnsureWhole(Func<IBackbone> create, string source)
    {
        var device = torch.get_default_device();
        try
        {
            torch.set_default_device(torch.META);
            using var empty = create().Module;
            KnownNetwork.EnsureHolds(Tensors, empty.parameters().Sum(parameter => (double)parameter.numel()), source);
        }
        finally
        {
            torch.set_default_device(device);
        }
    }
}
