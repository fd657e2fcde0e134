using SslFramework.Core.Storage;
using SslFramework.Engine.Training.Checkpoints;
using SslFramework.Host.Comparison;
using SslFramework.Host.Reports;
using SslFramework.Host.Reports.Pictures;
using SslFramework.Host.Runs;

namespace SslFramework.Fuzz;

/// <summary>What is read of runs.</summary>
internal sealed class RunTargets(InputFolder folder)
{
    /// <summary>A sound experiment.</summary>
    public const string Experiment =
        """
        {
          "name": "x",
          "data": { "name": "synthetic", "count": 20 },
          "augmentation": { "name": "recipe", "views": [ { "steps": [] } ] },
          "backbone": { "name": "resnet18" },
          "objective": { "name": "simclr" }, "optimizer": { "name": "sgd" }, "schedule": { "name": "cosine", "learningRate": 0.1 }
        }
        """;

    /// <summary>All of them.</summary>
    public IEnumerable<FuzzTarget> All
    {
        get
        {
            string[] words = [.. Words.Json, "\"step\":", "\"status\":", "\"files\":", "\"format\":", "\"length\":", "\"logs\":", "\"environment\":", "\"skippedSteps\":"];
            return
            [
                folder.OnFile("state", "s/state.json", path =>
                {
                    var state = TrainingCheckpoint.ReadState(Path.GetDirectoryName(path)!);
                    _ = state.Logs.Count + state.Environment.Count + state.SkippedSteps.Count;
                }) with
                { Words = words },
                folder.OnFile("manifest", "c/step-000000001/manifest.json", path => new CheckpointFolder(Path.Combine(folder.Root, "c"), Disk.Instance, _ => { }).Named("step-000000001")) with { Words = words },
                OnRun("status", "run.json", run => $"{RunFolder.ReadStatus(run)?.Status}") with { Words = [.. words, "\"trainingSeconds\":", "\"NaN\"", "1e308"] },
                OnRun("incidents", "incidents.jsonl", run => $"{Some(RunRecord.Read(run).Incidents.Count)} incidents") with { Words = [.. words, "\"kind\":", "\"samples\":", "\"sentence\":", "\"NaN\"", "\n"] },
                OnRun("data-report", "data-report.json", run => $"{Some(RunRecord.Read(run).BadImages.Count)} bad images") with { Words = [.. words, "\"bad\":", "\"index\":", "\"reason\":", "\"badInSource\":"] },
                folder.OnFile("record", "m/metrics.jsonl", path =>
                {
                    var run = Path.GetDirectoryName(path)!;
                    File.Copy(path, Path.Combine(run, "timing.jsonl"), overwrite: true);
                    File.Copy(path, Path.Combine(run, "incidents.jsonl"), overwrite: true);
                    File.WriteAllText(Path.Combine(run, "experiment.json"), Experiment);
                    var record = RunRecord.Read(run);

                    // Nothing is ever refused: what came of it is the answer.
                    throw new ExperimentException(FailureKind.Data, $"{Some(record.Metrics.Count)} curves over epochs, {Some(record.Timing.Count)} over steps, {Some(record.Incidents.Count)} incidents");
                }) with
                { Words = [.. words, "\"epoch\":", "\"loss\":", "\"NaN\"", "\"kind\":", "\"samples\":", "\"sentence\":", "\n"] },
                OnRun("results", "evaluation.json", run => $"{Some(EvaluatedRun.Read(run).Results.Count)} results") with
                {
                    Words = [.. words, "\"results\":", "\"protocols\":", "\"value\":", "\"interval\":", "\"subject\":", "\"layer\":", "\"kind\":", "\"remark\":", "\"charts\":", "\"points\":", "\"description\"", "\"NaN\"", "1e308", "1e-320"],
                },
                folder.OnFile("run", "o/x/experiment.json", _ => RunFolder.Open(Path.Combine(folder.Root, "o"), "x", """{ "name": "x", "seed": 1, "a": { "b": [1, 2] } }""", overwrite: false).Dispose()) with { Words = words },
            ];
        }
    }

    /// <summary>Gives a file to a run that is else sound, and writes its report and tables, which must stand anything that is read.</summary>
    private FuzzTarget OnRun(string target, string name, Func<string, string> answer) => folder.OnFile(target, $"{target}/{name}", path =>
    {
        var run = Path.GetDirectoryName(path)!;
        foreach (var (file, text) in new[] { ("experiment.json", Experiment), ("run.json", """{ "status": "completed" }"""), ("evaluation.json", """{ "results": [] }""") })
        {
            if (file != name)
            {
                File.WriteAllText(Path.Combine(run, file), text);
            }
        }

        RunReport.Write(run, RunPictures.None("none"));
        var evaluated = EvaluatedRun.Read(run);
        var (rows, measures) = (Contender.Of([evaluated]), Measure.ShownOf(evaluated.Results));
        foreach (var table in ComparisonTables.ByLayer(rows, measures, evaluated.Protocols).Append(ComparisonTables.ByMeasure(rows, measures, evaluated.Protocols)))
        {
            _ = table.Markdown() + table.Csv() + table.ToJson().ToJsonString();
        }

        throw new ExperimentException(FailureKind.Data, answer(run)); // what came of it
    });

    private static string Some(int count) => count switch { 0 => "no", 1 => "one", _ => "several" };
}
