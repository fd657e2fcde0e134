using System.Globalization;
using System.Runtime.InteropServices;
using SslFramework.Core.Processors;
using SslFramework.Host.Experiments;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using TorchSharp;

namespace SslFramework.Host.Runs;

/// <summary>What the last bits of a run depend on beside its experiment.</summary>
internal static class RunEnvironment
{
    /// <summary>Names and values, for run.json and for every checkpoint.</summary>
    public static IReadOnlyDictionary<string, string> Describe(
        ExperimentConfig config, Installation installation, ExperimentParts parts, int processes)
    {
        var described = new Dictionary<string, string>(SoftwareVersions.Current)
        {
            ["threads"] = torch.get_num_threads().ToString(CultureInfo.InvariantCulture),
            ["device"] = parts.Device.ToString(),
            ["precision"] = config.Precision.On(parts.Device.type) == Precision.Bf16 ? "bf16" : "fp32",
            ["processor"] = Processor(),
            ["processes"] = processes.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (file, hash) in parts.StartWeights)
        {
            described[$"start weights {Path.GetFileName(file)}"] = $"sha256 {hash}";
        }

        ComponentDescriptor[] components =
        [
            config.Objective.Descriptor, config.Backbone.Descriptor, config.Augmentation.Descriptor,
            config.Data.Descriptor, config.Optimizer.Descriptor, config.Schedule.Descriptor,
        ];
        var used = components.Select(installation.Components.OwnerOf).ToHashSet();
        foreach (var plugin in installation.Plugins.Loaded.Where(plugin => used.Contains(plugin.Name)))
        {
            described[$"plugin {plugin.Name}"] = $"{plugin.Version} ({plugin.Sha256[..12]})";
        }

        return described;
    }

    /// <summary>What differs between a checkpoint and now, as sentences: from here on the last bits may differ.</summary>
    public static IEnumerable<string> Changes(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now) =>
        before.Keys.Union(now.Keys)
            .Where(key => before.GetValueOrDefault(key) != now.GetValueOrDefault(key))
            .Select(key => $"{key}: {before.GetValueOrDefault(key, "none")} → {now.GetValueOrDefault(key, "none")}");

    private static string Processor()
    {
        const string Key = "model name";
        try
        {
            return File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith(Key, StringComparison.Ordinal)).Split(':', 2)[1].Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or IndexOutOfRangeException)
        {
            return RuntimeInformation.ProcessArchitecture.ToString();
        }
    }
}
