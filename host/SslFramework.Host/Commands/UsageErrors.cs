using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using SslFramework.Host.Components;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary>What is wrong with a command line: its first mistake in one sentence, with the nearest word that is right.</summary>
internal static class UsageErrors
{
    private const string Set = "--set";

    /// <summary>The sentence, or null where nothing is wrong.</summary>
    public static string? Of(ParseResult parsed)
    {
        var command = parsed.CommandResult;
        var isAsked = parsed.Action == command.Command.Action; // for its work, not for help
        return parsed.Errors.Count == 0 && !isAsked ? null
            : Misspelt(parsed) is { } word ? Unknown(word, parsed)
            : parsed.Errors.Count == 0 ? null
            : OfOptions(command) ?? OfValues(parsed) ?? Missing(command) ?? parsed.Errors[0].Message;
    }

    /// <summary>A command as it is typed: <c>ssl data check</c>.</summary>
    public static string Typed(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{Typed(parent)} {command.Command.Name}" : "ssl";

    /// <summary>"Did you mean …?", or nothing.</summary>
    public static string Question(string? nearest) => nearest is null ? "" : $" Did you mean '{nearest}'?";

    /// <summary>
    /// The first word that is no command or option but must be one. The parser itself takes an option that it does not know as the
    /// value of what stands before, or as a file.
    /// </summary>
    private static string? Misspelt(ParseResult parsed)
    {
        var isGroup = parsed.CommandResult.Command.Subcommands.Count > 0;
        return parsed.Tokens
            .TakeWhile(token => token.Type != TokenType.DoubleDash)
            .FirstOrDefault(token => token.Type == TokenType.Argument && (isGroup || IsOption(token.Value)))?.Value
            ?? (parsed.UnmatchedTokens is [var first, ..] ? first : null);
    }

    private static bool IsOption(string word) => word is ['-', not (>= '0' and <= '9' or '.'), ..];

    private static string Unknown(string word, ParseResult parsed)
    {
        var command = parsed.CommandResult;
        string[] commands = [.. command.Command.Subcommands.Select(c => c.Name)];
        string[] options = [.. Options(command).Select(option => option.Name)];
        if (IsOption(word))
        {
            var name = word.Split('=')[0];
            var isKnown = Options(command).Any(option => option.Name == name || option.Aliases.Contains(name));
            if (isKnown && command.Children.OfType<OptionResult>().FirstOrDefault(TookTheWord) is { } before)
            {
                return Valueless(before.Option); // it took the next option for its value
            }

            var setting = options.Contains(Set) && !options.Contains($"-{name}") ? Setting(word, parsed) : null;
            return $"'{Typed(command)}' has no option '{name}'.{Question(setting ?? Nearest.To(name, options))}";
        }

        if (commands.Length > 0)
        {
            var isTrained = command.Parent is not CommandResult && (IsFile(word) || PluginExperiments.Methods().Contains(word));
            var nearest = isTrained ? $"train {word}" : Nearest.To(word, [.. commands, .. options]) ?? Below(command.Command, word);
            return $"'{Typed(command)}' has no command '{word}'.{Question(nearest)}";
        }

        var meant = options.Contains($"--{word}") ? $"--{word}"
            : options.Contains(Set) && word.Contains('=', StringComparison.Ordinal) ? $"{Set} {word}"
            : options.Contains("--with") && IsFile(word) ? $"--with {word}"
            : options.Contains("--data") && Path.Exists(word) ? $"--data {word}" : null;
        return $"'{word}' is a word too many: '{Typed(command)}' takes {Taken(command.Command)}.{Question(meant)}";

        bool TookTheWord(OptionResult result) => result.Tokens.Any(token => token.Value == word);
    }

    private static bool IsFile(string word) => word.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>The value of an experiment that was written as an option: <c>--set training.epochs=5</c> for <c>--epochs 5</c>.</summary>
    private static string? Setting(string word, ParseResult parsed)
    {
        var (name, given) = word.TrimStart('-').Split('=', 2) is [var first, var second] ? (first, second) : (word.TrimStart('-'), null);
        var key = name.Contains('.', StringComparison.Ordinal) ? name : KeyThatEndsIn(name);
        var next = parsed.Tokens.SkipWhile(token => token.Value != word).Skip(1).FirstOrDefault();
        var value = given ?? (next is { Type: TokenType.Argument } && !IsOption(next.Value) ? next.Value : "…");
        return key is null ? null : $"{Set} {key}={value}";
    }

    private static string? KeyThatEndsIn(string name)
    {
        var last = name.Replace("-", "", StringComparison.Ordinal);
        var experiment = new ConfigNode(JsonValueKind.Object, "", "");
        return OptionKeys.Of(typeof(ExperimentConfig), experiment, ComponentCatalog.Empty)
            .FirstOrDefault(key => OptionKeys.LastOf(key).Equals(last, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Where a command of that name stands deeper down.</summary>
    private static string? Below(Command command, string word) => command.Subcommands
        .Where(group => group.Subcommands.Any(inside => inside.Name == word))
        .Select(group => $"{group.Name} {word}")
        .FirstOrDefault();

    private static string Taken(Command command) =>
        command.Arguments.Count == 0 ? "options alone" : string.Join(" and ", command.Arguments.Select(Bracketed));

    private static string Bracketed(Argument argument) => $"<{argument.HelpName ?? argument.Name}>";

    /// <summary>Options without their value, and those given twice.</summary>
    private static string? OfOptions(CommandResult command)
    {
        foreach (var result in command.Children.OfType<OptionResult>())
        {
            var option = result.Option;
            if (!result.Implicit && result.Tokens.Count < option.Arity.MinimumNumberOfValues)
            {
                return Valueless(option);
            }

            if (result.IdentifierTokenCount > 1 && option.Arity.MaximumNumberOfValues == 1)
            {
                return $"{option.Name} stands {result.IdentifierTokenCount} times; give it once.";
            }
        }

        return null;
    }

    private static string Valueless(Option option) => $"{option.Name} needs a value after it: {Sentence(option.Description)}";

    /// <summary>What the options' own rules say. The parser's own message on the same value says less, and comes after it.</summary>
    private static string? OfValues(ParseResult parsed) => parsed.Errors
        .FirstOrDefault(error => error.SymbolResult is OptionResult { Tokens.Count: > 0 } or ArgumentResult { Tokens.Count: > 0 })?.Message;

    private static string? Missing(CommandResult command)
    {
        var typed = Typed(command);
        if (command.Command.Arguments.FirstOrDefault(IsMissing) is { } argument)
        {
            return $"'{typed}' needs {Bracketed(argument)}: {Sentence(argument.Description)}";
        }

        if (Options(command).FirstOrDefault(LacksOption) is { } required)
        {
            return $"'{typed}' needs {required.Name}: {Sentence(required.Description)}";
        }

        string[] commands = [.. command.Command.Subcommands.Select(c => c.Name)];
        return commands.Length > 0 ? $"'{typed}' needs a command: {WordList.Of(commands)}." : null;

        bool LacksOption(Option option) => option.Required && command.GetResult(option) is null or { Implicit: true };

        bool IsMissing(Argument argument) => (command.GetResult(argument)?.Tokens.Count ?? -1) < argument.Arity.MinimumNumberOfValues;
    }

    private static IEnumerable<Option> Options(CommandResult command) => command.Command.Options
        .Concat(command.Parent is CommandResult parent ? Options(parent).Where(option => option.Recursive) : []);

    /// <summary>A description as the end of a sentence.</summary>
    private static string Sentence(string? description) => description is { Length: > 1 } text
        ? $"{(char.IsUpper(text[1]) ? text[0] : char.ToLowerInvariant(text[0]))}{text[1..].TrimEnd('.')}."
        : "see its help.";
}
