using System.Diagnostics;
using System.Globalization;
using SharpFuzz;
using SslFramework.Fuzz;

// fuzz TARGET [--seconds n] [--seed n] [--corpus folder]   changes inputs in this process
// fuzz TARGET --afl                                        reads one input after the other from afl-fuzz
// fuzz TARGET FILE…                                        parses files, such as findings
using var targets = new FuzzTargets(Path.Combine(AppContext.BaseDirectory, "fuzz-plugins", "GoodPlugin"), Path.Combine(AppContext.BaseDirectory, "fuzz-plugins"));
if (args.Length == 0 || targets.Find(args[0]) is not { } target)
{
    Console.Error.WriteLine($"fuzz TARGET [--seconds n] [--seed n] [--corpus folder] | TARGET --afl | TARGET FILE…\nTargets: {string.Join(", ", targets.All.Select(t => t.Name))}");
    return 2;
}

if (args.Contains("--afl"))
{
    Fuzzer.OutOfProcess.Run(stream =>
    {
        using var input = new MemoryStream();
        stream.CopyTo(input);
        try
        {
            target.Run(input.ToArray());
        }
        catch (SslFramework.ExperimentException)
        {
            // Refused: as it should be.
        }
    });
    return 0;
}

var seed = int.Parse(Option("--seed") ?? "1", CultureInfo.InvariantCulture);
var run = new FuzzRun(target, seed);
try
{
    if (args.Length > 1 && !args[1].StartsWith("--", StringComparison.Ordinal))
    {
        run.Begin(args[1..].Select(File.ReadAllBytes));
    }
    else
    {
        var clock = Stopwatch.StartNew();
        var time = TimeSpan.FromSeconds(double.Parse(Option("--seconds") ?? "60", CultureInfo.InvariantCulture));
        run.Begin(Corpus.Of(target, Option("--corpus") ?? "tests/SslFramework.Fuzz/corpus"));
        run.Go(() => clock.Elapsed < time);
    }

    Console.WriteLine($"{target.Name}: {run.Runs} inputs, {run.Answers} answers, no finding (seed {seed})");
    return 0;
}
catch (FindingException finding)
{
    Console.WriteLine($"{finding.Message}\nafter {run.Runs} inputs (seed {seed}); the input is {finding.Save("findings")}\n{finding.InnerException?.StackTrace}");
    return 1;
}

string? Option(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
