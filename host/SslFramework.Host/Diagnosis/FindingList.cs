using Spectre.Console;
using SslFramework.Host.Machine;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Diagnosis;

/// <summary>Findings on stdout, each as soon as it is made: subject, sentence, and the remedy below it.</summary>
internal static class FindingList
{
    private const int SubjectWidth = 11;

    /// <summary>Prints them, and says how many there were of each kind.</summary>
    /// <returns>All of them.</returns>
    public static IReadOnlyList<Finding> Print(IEnumerable<Finding> findings)
    {
        var console = ResultConsole.Open();
        var all = new List<Finding>();
        foreach (var finding in findings)
        {
            all.Add(finding);
            var (mark, style) = finding.Health switch
            {
                Health.Good => ("ok", "green"),
                Health.Notice => ("note", "yellow"),
                _ => ("BAD", "red bold"),
            };
            var text = new Markup(Printed(finding.Sentence) + (finding.Remedy is null ? "" : $"\n[{style}]→[/] {Printed(finding.Remedy)}"));
            console.Write(new Grid().AddColumn(Fixed(4)).AddColumn(Fixed(SubjectWidth)).AddColumn(new GridColumn().Padding(0, 0, 0, 0))
                .AddRow(new Markup($"[{style}]{mark}[/]"), new Markup(Printed(finding.Subject)), text));
        }

        var (bad, notices) = (all.Count(finding => finding.Health == Health.Bad), all.Count(finding => finding.Health == Health.Notice));
        console.MarkupLine(bad == 0 && notices == 0 ? "[green]Everything is as it should be.[/]" : $"{bad} bad, {notices} to note.");
        return all;
    }

    private static GridColumn Fixed(int width) => new GridColumn().NoWrap().Width(width).Padding(0, 0, 1, 0);

    private static string Printed(string text) => Markup.Escape(Printable.Line(text));
}
