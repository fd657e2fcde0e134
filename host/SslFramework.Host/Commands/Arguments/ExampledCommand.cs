using System.CommandLine;
using System.CommandLine.Completions;

namespace SslFramework.Host.Commands.Arguments;

/// <summary>A command whose help ends with examples.</summary>
internal class ExampledCommand(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Command lines that work, or nearly so.</summary>
    public IReadOnlyList<string> Examples => examples;

    /// <inheritdoc/>
    public override IEnumerable<CompletionItem> GetCompletions(CompletionContext context)
    {
        string[] former = [.. Options.SelectMany(FormerNames)];
        return base.GetCompletions(context).Where(item => !former.Contains(item.Label));
    }

    /// <summary>
    /// An option has one word for a name, and may have a letter; other words are of earlier versions, taken still and shown nowhere.
    /// </summary>
    public static IEnumerable<string> FormerNames(Option option) =>
        option.Aliases.Where(name => name.StartsWith("--", StringComparison.Ordinal));
}
