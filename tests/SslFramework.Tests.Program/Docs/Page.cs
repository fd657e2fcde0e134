using System.Text;
using System.Text.RegularExpressions;

namespace SslFramework.Tests.Docs;

/// <summary>A page in Markdown, as a reader finds it in the repository.</summary>
/// <param name="Path">From the root.</param>
internal sealed partial record Page(string Path)
{
    private static readonly string[] Generated = ["artifacts", "node_modules", "runs", "packages"];

    /// <summary>Every page of the repository.</summary>
    public static IReadOnlyList<Page> All { get; } =
    [
        .. Repository.Files(".", "*.md")
            .Where(file => !Generated.Contains(file.Split('/', '\\')[0]))
            .Order(StringComparer.Ordinal)
            .Select(file => new Page(file)),
    ];

    /// <summary>What a user or contributor reads: the README, the contributor's guide, and docs/ without its samples.</summary>
    public static IEnumerable<Page> Documentation => All.Where(page => page.Folder is "" or "docs" or "docs/decisions");

    public string Text { get; } = File.ReadAllText(System.IO.Path.Combine(Repository.Root, Path)).ReplaceLineEndings("\n");

    /// <summary>From the root, with slashes.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path)!.Replace('\\', '/');

    /// <summary>What links name: files, or headings of this page or another.</summary>
    public IEnumerable<(string File, string Heading)> Links => Link().Matches(Prose).Concat(Definition().Matches(Prose))
        .Select(link => Regex.Replace(link.Groups[1].Value, @"\s+", "").Split('#'))
        .Select(parts => (parts[0], parts.ElementAtOrDefault(1) ?? ""));

    /// <summary>The fragments of its headings, as GitHub makes them.</summary>
    public IReadOnlySet<string> Headings
    {
        get
        {
            var fragments = new HashSet<string>();
            foreach (Match heading in Heading().Matches(Prose))
            {
                var fragment = Fragment(heading.Groups[1].Value);
                for (var i = 1; !fragments.Add(fragment); i++)
                {
                    fragment = $"{Fragment(heading.Groups[1].Value)}-{i}";
                }
            }

            return fragments;
        }
    }

    /// <summary>Fenced blocks: their language, the file that the line before them names (or an empty name), and their text.</summary>
    public IEnumerable<(string Language, string File, string Code)> Blocks => Block().Matches(Text)
        .Select(block => (block.Groups["language"].Value, block.Groups["file"].Value, block.Groups["code"].Value));

    /// <summary>Without fenced blocks.</summary>
    private string Prose => Fence().Replace(Text, "");

    /// <summary>The block that is that file.</summary>
    public string FileOf(string name)
    {
        var found = Blocks.Where(block => block.File == name).ToArray();
        Assert.HasCount(1, found, $"{Path}: {name}");
        return found[0].Code;
    }

    private static string Fragment(string heading)
    {
        var fragment = new StringBuilder();
        foreach (var letter in Target().Replace(heading, "$1").Trim().ToLowerInvariant())
        {
            fragment.Append(char.IsLetterOrDigit(letter) || letter is '-' or '_' ? letter : letter == ' ' ? '-' : null);
        }

        return fragment.ToString();
    }

    [GeneratedRegex(@"\]\((?!https?:)([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\[[^\]]+\]: (?!https?:)(\S+)", RegexOptions.Multiline)]
    private static partial Regex Definition();

    [GeneratedRegex(@"^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Target();

    [GeneratedRegex(
        @"(?:^`(?<file>[^`\n]+)`\n\n)?^```(?<language>\w*)\n(?<code>.*?)^```$",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
