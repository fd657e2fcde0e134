using System.Globalization;
using System.Text.RegularExpressions;

namespace SslFramework.Engine.Faults;

/// <summary>
/// One fault to inject, to see how a run and a plugin cope with it: <c>nan@37</c> (once, in step 37),
/// <c>nan@37-40</c> (each time in these), <c>nan@37-</c> (from then on), <c>kill@save</c> (in the first disk call that saves a
/// checkpoint), <c>enospc@save:5</c> (in the fifth), <c>slow@save:1-</c> (in each);
/// with <c>#1</c> at its end only in process 1.
/// </summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="InSave">
/// Whether the numbers count this process's disk calls for checkpoints, from 1; otherwise they count steps, from 1.
/// </param>
/// <param name="First">The first number.</param>
/// <param name="Last">The last number.</param>
/// <param name="Once">Whether it happens only the first time, so that a step that is taken again succeeds.</param>
internal sealed partial record Fault(FaultKind Kind, bool InSave, long First, long Last, bool Once)
{
    /// <summary>The only one of several processes in which it happens; null means all.</summary>
    public int? Process { get; init; }

    private static readonly Dictionary<string, FaultKind> Kinds = new()
    {
        ["nan"] = FaultKind.Nan,
        ["inf"] = FaultKind.Inf,
        ["inf-gradient"] = FaultKind.InfGradient,
        ["spike"] = FaultKind.Spike,
        ["throw"] = FaultKind.Throw,
        ["kill"] = FaultKind.Kill,
        ["exit"] = FaultKind.Exit,
        ["slow"] = FaultKind.Slow,
        ["hang"] = FaultKind.Hang,
        ["enospc"] = FaultKind.Enospc,
        ["eio"] = FaultKind.Eio,
        ["eacces"] = FaultKind.Eacces,
        ["emfile"] = FaultKind.Emfile,
    };

    /// <summary>Parses a fault from the command line.</summary>
    /// <exception cref="ExperimentException">The text is not a fault.</exception>
    public static Fault Parse(string text)
    {
        var match = Pattern().Match(text);
        if (!match.Success
            || !(match.Groups["first"].Success || match.Groups["save"].Success)
            || !Kinds.TryGetValue(match.Groups["kind"].Value, out var kind)
            || IsOfDisk(kind) && !match.Groups["save"].Success
            || IsOfLoss(kind) && match.Groups["save"].Success)
        {
            throw new ExperimentException(
                FailureKind.Usage,
                $"\"{text}\" is no fault to inject; write KIND@STEP, KIND@FIRST-LAST, KIND@FIRST- or KIND@save[:CALL], "
                + "with #PROCESS at the end for one of several, where KIND is one of "
                + $"{string.Join(", ", Kinds.Keys)} (those of the disk with save, those of the loss without).");
        }

        var (first, range, last) = (match.Groups["first"], match.Groups["range"], match.Groups["last"]);
        var from = first.Success ? Number(first) : 1;
        var to = last.Success ? Number(last) : range.Success ? long.MaxValue : from;
        return new Fault(kind, match.Groups["save"].Success, from, to, !range.Success)
        {
            Process = match.Groups["process"].Success ? (int)Number(match.Groups["process"]) : null,
        };
    }

    private static bool IsOfDisk(FaultKind kind) => kind is FaultKind.Enospc or FaultKind.Eio or FaultKind.Eacces or FaultKind.Emfile;

    private static bool IsOfLoss(FaultKind kind) =>
        kind is FaultKind.Nan or FaultKind.Inf or FaultKind.InfGradient or FaultKind.Spike or FaultKind.Throw;

    private static long Number(Group group) => long.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(?<kind>[a-z-]+)@(?:(?<save>save)(?::(?=\d))?)?(?<first>(?<!save)\d{1,9})?(?<range>-(?<last>\d{1,9})?)?(#(?<process>\d{1,6}))?$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
