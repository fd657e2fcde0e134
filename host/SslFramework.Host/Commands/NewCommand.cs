using System.CommandLine;
using System.Security;
using System.Text.RegularExpressions;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl new plugin NAME</c>: a plugin that builds, passes its test and trains as it is.</summary>
internal sealed partial class NewCommand : GuardedCommand
{
    private const string Template = "MyMethod";
    private const string TemplateMethod = "my-method";

    private readonly Argument<string> name = new("name") { Description = "The plugin's name, such as VicReg; its method is vic-reg then" };
    private readonly Option<string?> output = SharedOptions.Output("The folder to write; NAME where absent", "folder", "--out");
    private readonly Option<string?> feed = new("--feed")
    {
        Description = "A folder of SslFramework packages, where they are not on nuget.org",
        HelpName = "folder",
    };

    private NewCommand()
        : base(
            "plugin",
            "Write a plugin with an objective, its test and its experiment, which builds, passes and trains as it is.",
            "ssl new plugin VicReg",
            "ssl new plugin VicReg --feed packages    # where packages lie") => Takes(name, output, feed);

    public static Command Define() => new("new", "Write a plugin of your own to start from.") { new NewCommand() };

    protected override ExitCode Run(ParseResult parsed)
    {
        var named = parsed.GetValue(name)!;
        var (folder, packages) = (parsed.GetValue(output) ?? named, parsed.GetValue(feed));
        Check(named, folder, packages);
        var method = WordStart().Replace(named, "-").ToLowerInvariant();
        RefuseTaken(named, method);
        OutputFolder.Make(folder, "--output");
        Fill(folder, text => text
            .Replace("SSLFRAMEWORK_VERSION", SharedAssemblies.Version, StringComparison.Ordinal)
            .Replace(Template, named, StringComparison.Ordinal)
            .Replace(TemplateMethod, method, StringComparison.Ordinal));
        if (packages is not null)
        {
            File.WriteAllText(Path.Combine(folder, "nuget.config"), FeedAlone(packages));
        }

        Console.WriteLine(File.ReadAllText(Path.Combine(folder, "README.md")).TrimEnd());
        Console.Error.WriteLine($"Written to {Path.GetFullPath(folder)}; go there, and begin with 'dotnet test'.");
        return ExitCode.Success;
    }

    private static void Check(string name, string folder, string? feed)
    {
        if (!PluginName().IsMatch(name))
        {
            throw new ExperimentException(
                ExitCode.Usage, $"\"{name}\" cannot be a plugin's name; begin with a capital and use letters and digits, as in VicReg.");
        }

        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new ExperimentException(ExitCode.Usage, $"The folder '{folder}' is not empty; name another one with --output.");
        }

        if (feed is not null && !Directory.Exists(feed))
        {
            throw new ExperimentException(
                ExitCode.Usage,
                $"There is no folder '{feed}' for --feed; "
                + $"'dotnet pack -c Release -o {feed}' in a clone of SslFramework makes its packages.");
        }
    }

    /// <summary>Copies the template with its names filled in.</summary>
    private static void Fill(string folder, Func<string, string> filled)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "templates", "plugin");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(source, file);
            if (relative.StartsWith(".template.config", StringComparison.Ordinal))
            {
                continue; // for dotnet new
            }

            var target = Path.Combine(folder, filled(relative));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllText(target, filled(File.ReadAllText(file)));
        }
    }

    private static string FeedAlone(string feed) => $"""
        <configuration>
          <packageSources>
            <add key="sslframework" value="{SecurityElement.Escape(Path.GetFullPath(feed))}" />
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
    private static void RefuseTaken(string name, string method)
    {
        var plugins = PluginRoots.PluginFolders(PluginRoots.From([], Environment.GetEnvironmentVariable(PluginRoots.Variable))).ToArray();
        var owner = PluginExperiments.MethodsOf(plugins).FirstOrDefault(known => known.Method == method).Plugin;
        var taken = owner is not null ? $"its method would be \"{method}\", which plugin {owner} has"
            : plugins.FirstOrDefault(plugin => Path.GetFileName(plugin) == name) is { } other ? $"there is one of that name in {other}"
            : new SharedAssemblies().Contains(name) || SharedAssemblies.IsFramework(name) ? "the host has an assembly of that name"
            : null;
        if (taken is not null)
        {
            throw new ExperimentException(
                ExitCode.Usage, $"\"{name}\" cannot be a new plugin's name, because {taken}; take another one, such as My{name}.");
        }
    }

    [GeneratedRegex("^[A-Z][A-Za-z0-9]{0,99}$")]
    private static partial Regex PluginName();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex WordStart();
}
