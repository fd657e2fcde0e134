using System.CommandLine;
using System.Security;
using System.Text.RegularExpressions;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl new plugin NAME</c>: a plugin that builds, passes its test and trains as it is.</summary>
internal static partial class NewCommand
{
    private const string Template = "MyMethod";
    private const string TemplateMethod = "my-method";

    public static Command Define() => new("new", "Write a plugin of your own to start from.") { Plugin() };

    private static ExampledCommand Plugin()
    {
        var name = new Argument<string>("name") { Description = "The plugin's name, such as VicReg; its method is vic-reg then" };
        var output = SharedOptions.Output("The folder to write; NAME where absent", "folder", "--out");
        var feed = new Option<string?>("--feed") { Description = "A folder of SslFramework packages, where they are not on nuget.org", HelpName = "folder" };
        var trace = SharedOptions.Trace();
        var command = new ExampledCommand(
            "plugin",
            "Write a plugin with an objective, its test and its experiment, which builds, passes and trains as it is.",
            "ssl new plugin VicReg",
            "ssl new plugin VicReg --feed packages    # where packages lie")
        {
            name, output, feed, trace,
        };
        command.SetAction(parsed => SslCommand.Guarded(
            () =>
            {
                var named = parsed.GetValue(name)!;
                Write(named, parsed.GetValue(output) ?? named, parsed.GetValue(feed));
                return ExitCode.Success;
            },
            parsed.GetValue(trace)));
        return command;
    }

    private static void Write(string name, string folder, string? feed)
    {
        if (!Name().IsMatch(name))
        {
            throw new ExperimentException(ExitCode.Usage, $"\"{name}\" cannot be a plugin's name; begin with a capital and use letters and digits, as in VicReg.");
        }

        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new ExperimentException(ExitCode.Usage, $"The folder '{folder}' is not empty; name another one with --output.");
        }

        if (feed is not null && !Directory.Exists(feed))
        {
            throw new ExperimentException(ExitCode.Usage, $"There is no folder '{feed}' for --feed; 'dotnet pack -c Release -o {feed}' in a clone of SslFramework makes its packages.");
        }

        OutputFolder.Make(folder, "--output");
        var method = WordStart().Replace(name, "-").ToLowerInvariant();
        var version = typeof(IPlugin).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyInformationalVersionAttribute), false)
            .Cast<System.Reflection.AssemblyInformationalVersionAttribute>().Single().InformationalVersion.Split('+')[0];
        string Filled(string text) => text
            .Replace("SSLFRAMEWORK_VERSION", version, StringComparison.Ordinal)
            .Replace(Template, name, StringComparison.Ordinal)
            .Replace(TemplateMethod, method, StringComparison.Ordinal);

        var source = Path.Combine(AppContext.BaseDirectory, "templates", "plugin");
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

        if (feed is not null)
        {
            File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
                <configuration>
                  <packageSources>
                    <add key="sslframework" value="{SecurityElement.Escape(Path.GetFullPath(feed))}" />
                  </packageSources>
                </configuration>

                """);
        }

        Console.WriteLine(File.ReadAllText(Path.Combine(folder, "README.md")).TrimEnd());
        Console.Error.WriteLine($"Written to {Path.GetFullPath(folder)}; go there, and begin with 'dotnet test'.");
    }

    [GeneratedRegex("^[A-Z][A-Za-z0-9]{0,99}$")]
    private static partial Regex Name();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex WordStart();
}
