using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SslFramework.Host.Configuration;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands.Arguments;

/// <summary>What options and arguments refuse, each with one sentence.</summary>
internal static class OptionRules
{
    /// <summary>Refuses what is no number, and numbers that are too small or too large.</summary>
    /// <param name="option">Takes whole numbers, or any.</param>
    /// <param name="what">What it takes, for the sentence.</param>
    /// <param name="least">The smallest number.</param>
    /// <param name="most">The largest, if there is one.</param>
    public static Option<T> MustBe<T>(this Option<T> option, string what, double least = 1, double? most = null)
    {
        var range = Text(least) + (most is { } limit ? $" to {Text(limit)}" : " or more");
        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(Number(token.Value, type) is { } value && value >= least && !(value > most)))
            {
                result.AddError($"{option.Name} is '{token.Value}', but takes {what}, {range}.");
            }
        });
        return option;
    }

    /// <summary>Refuses words that are none of some, and completes those.</summary>
    public static Option<T> MustBeOneOf<T>(this Option<T> option, params IReadOnlyList<string> words)
    {
        option.HelpName = string.Join('|', words);
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. words]);
        option.Validators.Add(result => RefuseOthers(result, option.Name, words));
        return option;
    }

    /// <inheritdoc cref="MustBeOneOf{T}(Option{T}, IReadOnlyList{string})"/>
    public static Argument<T> MustBeOneOf<T>(this Argument<T> argument, params IReadOnlyList<string> words)
    {
        argument.CompletionSources.Add([.. words]);
        argument.Validators.Add(result => RefuseOthers(result, $"The {argument.Name}", words));
        return argument;
    }

    /// <summary>Refuses options beside one another that each say what is written.</summary>
    public static void AtMostOneOf(Command command, params IReadOnlyList<Option> options)
    {
        var names = WordList.Of([.. options.Select(option => option.Name)]);
        command.Validators.Add(result =>
        {
            string[] given = [.. options.Where(option => result.GetResult(option) is { Implicit: false }).Select(option => option.Name)];
            if (given is [var first, var second, ..])
            {
                result.AddError($"{first} and {second} are two forms of one result; give one of {names}.");
            }
        });
    }

    private static void RefuseOthers(SymbolResult result, string name, IReadOnlyList<string> words)
    {
        if (result.Tokens is [var token] && !words.Contains(token.Value))
        {
            var question = UsageErrors.Question(Nearest.To(token.Value, words));
            result.AddError($"{name} is '{token.Value}', but must be {WordList.Of(words)}.{question}");
        }
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static double? Number(string text, Type type) =>
        type == typeof(double) ? double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null
        : type == typeof(long) ? long.TryParse(text, CultureInfo.InvariantCulture, out var whole) ? whole : null
        : int.TryParse(text, CultureInfo.InvariantCulture, out var small) ? small : null;
}
