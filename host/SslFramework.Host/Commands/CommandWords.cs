using System.CommandLine;
using System.CommandLine.Parsing;

namespace SslFramework.Host.Commands;

/// <summary>
/// The words of a command line, from what was understood and not from how it was written: <c>--overwrite:true</c> is an option too.
/// </summary>
internal static class CommandWords
{
    private const string EndOfOptions = "--";

    /// <summary>The command with its options and arguments, as the system would hand them to the program.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="without">Options that are left out.</param>
    public static IReadOnlyList<string> Of(ParseResult parsed, params IReadOnlyCollection<Option> without)
    {
        var given = parsed.CommandResult.Children;
        var options = given.OfType<OptionResult>().Where(option => !option.Implicit && !without.Contains(option.Option));
        return
        [
            .. Names(parsed.CommandResult),
            .. options.SelectMany(Words),
            EndOfOptions,
            .. given.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value),
        ];
    }

    /// <summary>A value is tied to its option, because it may look like another one.</summary>
    private static IEnumerable<string> Words(OptionResult option) =>
        option.Tokens.Count == 0 ? [option.Option.Name] : option.Tokens.Select(token => $"{option.Option.Name}={token.Value}");

    private static IEnumerable<string> Names(CommandResult command) =>
        command.Parent is CommandResult parent ? [.. Names(parent), command.Command.Name] : [];
}
