using System.CommandLine;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;

namespace SslFramework.Host.Commands;

/// <summary>
/// A command that does work. Its options are its fields; a failure of its work becomes a sentence on stderr and an exit code, and with
/// <c>--trace</c> the place that it came from.
/// </summary>
internal abstract class GuardedCommand : ExampledCommand
{
    private readonly Option<bool> trace = new("--trace") { Description = "Show where an error came from" };

    protected GuardedCommand(string name, string description, params string[] examples)
        : base(name, description, examples) =>
        SetAction(parsed => Failure.Guarded(() => Run(parsed), IsTraced(parsed)));

    /// <summary>Does the command's work.</summary>
    /// <param name="parsed">The command line, in which the command's options have values.</param>
    /// <exception cref="ExperimentException">Anything that the user can mend.</exception>
    protected abstract ExitCode Run(ParseResult parsed);

    /// <summary>Declares what the command takes, in the order of its help; <c>--trace</c> comes last.</summary>
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
    }

    protected bool IsTraced(ParseResult parsed) => parsed.GetValue(trace);
}
