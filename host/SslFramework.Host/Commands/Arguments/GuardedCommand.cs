using System.CommandLine;
using SslFramework.Host.Failures;

namespace SslFramework.Host.Commands.Arguments;

/// <summary>
/// A command of the program: fields for what it takes, a constructor that declares them, and <see cref="Run"/>. A failure of its work
/// becomes a sentence on stderr and an exit code; <c>--trace</c>, the last option of each, shows where it came from.
/// </summary>
internal abstract class GuardedCommand(string name, string description, params string[] examples)
    : ExampledCommand(name, description, examples)
{
    private readonly Option<bool> trace = new("--trace") { Description = "Show where an error came from" };

    /// <summary>Declares what the command takes, in the order of its help.</summary>
    protected void Takes(params IEnumerable<Symbol> symbols)
    {
        foreach (var symbol in symbols.Append(trace))
        {
            if (symbol is Argument argument)
            {
                Add(argument);
            }
            else
            {
                Add((Option)symbol);
            }
        }

        SetAction(parsed => Failure.Guarded(() => Run(parsed), IsTraced(parsed)));
    }

    /// <summary>Whether an error is to show where it came from.</summary>
    protected bool IsTraced(ParseResult parsed) => parsed.GetValue(trace);

    /// <summary>Does the command's work.</summary>
    /// <exception cref="ExperimentException">What went wrong, in a sentence.</exception>
    protected abstract ExitCode Run(ParseResult parsed);
}
