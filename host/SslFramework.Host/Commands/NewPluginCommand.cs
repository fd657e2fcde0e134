using System.CommandLine;
using System.Security;
using System.Text.RegularExpressions;
using SslFramework.Host.Experiments;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl new plugin NAME</c>: a plugin of any kind that builds, passes its test and trains as it is.</summary>
internal sealed partial class NewPluginCommand : GuardedCommand
{
    /// <summary>Folders of docs/samples, and the name that stands in them for the plugin's.</summary>
    private static readonly (string Kind, string Template)[] Kinds =
    [
        ("method", "MyMethod"), ("backbone", "MyBackbone"), ("evaluator", "MyEvaluator"), ("source", "MySource"), ("step", "MyStep"),
        ("optimizer", "MyOptimizer"), ("schedule", "MySchedule"),
    ];

    private readonly Argument<string> plugin = new("name")
    {
        Description = "The plugin's name, such as TwinNets; its method is twin-nets then",
    };

    private readonly Option<string> kind = new("--kind") { Description = "What the plugin adds", DefaultValueFactory = _ => Kinds[0].Kind };
    private readonly Option<string?> output = SharedOptions.Output("The folder to write; NAME where absent", "folder", "--out");
    private readonly Option<string?> feed = new("--feed")
    {
        Description = "A folder of SslFramework packages, where they are not on nuget.org",
        HelpName = "folder",
    };

    public NewPluginCommand()
        : base(
            "plugin",
            "Write a plugin with a method or another part, its test and its experiment, which builds, passes and trains as it is.",
            "ssl new plugin TwinNets",
            "ssl new plugin PatchNet --kind backbone",
            "ssl new plugin TwinNets --feed packages    # where packages lie")
    {
        SharedOptions.TakesOneOf(kind, [.. Kinds.Select(known => known.Kind)]);
        Takes(plugin, kind, output, feed);
    }

    protected override ExitCode Run(ParseResult parsed)
    {
        var name = parsed.GetValue(plugin)!;
        Write(name, parsed.GetValue(kind)!, parsed.GetValue(output) ?? name, parsed.GetValue(feed));
        return ExitCode.Success;
    }

    private static void Write(string name, string kind, string folder, string? feed)
    {
        if (!PluginName().IsMatch(name))
        {
            throw new ExperimentException(
                FailureKind.Usage,
                $"\"{name}\" cannot be a plugin's name; begin with a capital and use letters and digits, as in TwinNets.");
        }

        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new ExperimentException(FailureKind.Usage, $"The folder '{folder}' is not empty; name another one with --output.");
        }

        if (feed is not null && !Directory.Exists(feed))
        {
            throw new ExperimentException(
                FailureKind.Usage,
                $"There is no folder '{feed}' for --feed; "
                + $"'dotnet pack -c Release -o {feed}' in a clone of SslFramework makes its packages.");
        }

        var component = Component(name);
        RefuseTaken(name, component, kind);
        OutputFolder.Make(folder, "--output");
        WriteTemplate(name, component, kind, folder);
        if (feed is not null)
        {
            File.WriteAllText(Path.Combine(folder, "nuget.config"), PackageSources(Path.GetFullPath(feed)));
        }

        Console.WriteLine(File.ReadAllText(Path.Combine(folder, "README.md")).TrimEnd());
        Messages.Say($"Written to {Path.GetFullPath(folder)}; go there, and begin with 'dotnet test'.");
    }

    private static void WriteTemplate(string name, string component, string kind, string folder)
    {
        var template = Kinds.First(known => known.Kind == kind).Template;
        var source = Path.Combine(AppContext.BaseDirectory, "templates", kind);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(source, file);
            if (relative.StartsWith(".template.config", StringComparison.Ordinal))
            {
                continue; // for dotnet new
            }

            var target = Path.Combine(folder, Filled(relative));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllText(target, Filled(File.ReadAllText(file)));
        }

        string Filled(string text) => text
            .Replace("SSLFRAMEWORK_VERSION", SharedAssemblies.Version, StringComparison.Ordinal)
            .Replace(template, name, StringComparison.Ordinal)
            .Replace(Component(template), component, StringComparison.Ordinal);
    }

    private static string PackageSources(string feed) => $"""
        <configuration>
          <packageSources>
            <add key="sslframework" value="{SecurityElement.Escape(feed)}" />
          </packageSources>
          <!-- SslFramework's packages come from that folder alone: nobody can offer others under their names on a public feed. -->
          <packageSourceMapping>
            <packageSource key="sslframework">
              <package pattern="SslFramework.*" />
            </packageSource>
            <packageSource key="nuget.org">
              <package pattern="*" />
            </packageSource>
          </packageSourceMapping>
        </configuration>

        """;

    /// <summary>A second plugin or method of a name would be refused when it is loaded, after the work on it.</summary>
    private static void RefuseTaken(string name, string component, string kind)
    {
        var plugins = PluginRoots.PluginFolders(PluginRoots.From([], Environment.GetEnvironmentVariable(PluginRoots.Variable))).ToArray();
        var methods = kind == "method" ? PluginExperiments.MethodsOf(plugins) : [];
        var owner = methods.FirstOrDefault(known => known.Method == component).Plugin;
        var taken = owner is not null ? $"its method would be \"{component}\", which plugin {owner} has"
            : plugins.FirstOrDefault(plugin => Path.GetFileName(plugin) == name) is { } other ? $"there is one of that name in {other}"
            : new SharedAssemblies().Contains(name) || SharedAssemblies.IsFramework(name) ? "the host has an assembly of that name"
            : null;
        if (taken is not null)
        {
            throw new ExperimentException(
                FailureKind.Usage, $"\"{name}\" cannot be a new plugin's name, because {taken}; take another one, such as My{name}.");
        }
    }

    /// <summary>TwinNets → twin-nets.</summary>
    private static string Component(string name) => WordStart().Replace(name, "-").ToLowerInvariant();

    [GeneratedRegex("^[A-Z][A-Za-z0-9]{0,99}$")]
    private static partial Regex PluginName();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex WordStart();
}
