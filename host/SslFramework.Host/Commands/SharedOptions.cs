using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary>Arguments and options that several commands take.</summary>
internal static class SharedOptions
{
    public static Option<string?> Data() => new("--data")
    {
        Description = "A folder of images (class folders or none), MNIST's or CIFAR's files, tar shards, a pack, "
            + "or fashion-mnist or emoji, which ship",
        HelpName = "images",
    };

    /// <summary>The network of weights that do not say which they are of.</summary>
    public static Option<string?> Backbone() => new("--backbone")
    {
        Description = "The network of a weight file, as a name or as JSON with options",
    };

    /// <summary>The folder of all runs.</summary>
    public static Option<string> Runs(string description) => new("--runs") { Description = description, DefaultValueFactory = _ => "runs" };

    /// <summary>Results as JSON.</summary>
    public static Option<bool> Json(string description) => new("--json") { Description = description };

    /// <summary>Refuses what is no number, and numbers that are too small or too large.</summary>
    /// <param name="option">Takes whole numbers, or any.</param>
    /// <param name="what">What it takes, for the sentence.</param>
    /// <param name="least">The smallest number.</param>
    /// <param name="most">The largest, if there is one.</param>
    public static void TakesNumber(Option option, string what, double least = 1, double? most = null)
    {
        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(Number(token.Value, type) is { } value && value >= least && !(value > most)))
            {
                var range = most is null
                    ? string.Create(CultureInfo.InvariantCulture, $"{least} or more")
                    : string.Create(CultureInfo.InvariantCulture, $"{least} to {most}");
                result.AddError($"{option.Name} is '{token.Value}', but takes {what}, {range}.");
            }
        });
    }

    /// <summary>Refuses words that are none of some, and completes those.</summary>
    public static void TakesOneOf(Option option, params IReadOnlyList<string> words)
    {
        option.HelpName = string.Join('|', words);
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. words]);
        option.Validators.Add(result => RefuseOthers(result, option.Name, words));
    }

    /// <inheritdoc cref="TakesOneOf(Option, IReadOnlyList{string})"/>
    public static void TakesOneOf(Argument argument, params IReadOnlyList<string> words)
    {
        argument.CompletionSources.Add([.. words]);
        argument.Validators.Add(result => RefuseOthers(result, $"The {argument.Name}", words));
    }

    private static void RefuseOthers(SymbolResult result, string name, IReadOnlyList<string> words)
    {
        if (result.Tokens is [var token] && !words.Contains(token.Value))
        {
            var question = UsageErrors.Question(Nearest.To(token.Value, words));
            result.AddError($"{name} is '{token.Value}', but must be {WordList.Of(words)}.{question}");
        }
    }

    /// <summary>Refuses options beside one another that each say what is written.</summary>
    public static void AtMostOneOf(Command command, params Option[] options) => command.Validators.Add(result =>
    {
        var given = options.Where(option => result.GetResult(option) is { Implicit: false }).Select(option => option.Name);
        if (given.ToArray() is [var first, var second, ..])
        {
            var all = WordList.Of([.. options.Select(option => option.Name)]);
            result.AddError($"{first} and {second} are two forms of one result; give one of {all}.");
        }
    });

    private static double? Number(string text, Type type) =>
        type == typeof(double) ? double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null
        : type == typeof(long) ? long.TryParse(text, CultureInfo.InvariantCulture, out var whole) ? whole : null
        : int.TryParse(text, CultureInfo.InvariantCulture, out var small) ? small : null;

    public static Option<string[]> Set() => new("--set")
    {
        Description = "Set one value of the experiment, as in --set training.epochs=10",
        HelpName = "key=value",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Where a command writes.</summary>
    /// <param name="description">What is written, and where in its absence.</param>
    /// <param name="kind">A file or a folder.</param>
    /// <param name="former">What the option was called in earlier versions: scripts that say so go on.</param>
    public static Option<string?> Output(string description, string kind, params string[] former) =>
        new("--output", former) { Description = description, HelpName = kind };

    /// <summary>Lets a command put what it writes in the place of what is there.</summary>
    public static Option<bool> Force() => new("--force", "--overwrite") { Description = "Put it in place of what is there" };

    public static Option<bool> Quiet() => new("--quiet", "-q") { Description = "Print warnings and errors only" };
}
