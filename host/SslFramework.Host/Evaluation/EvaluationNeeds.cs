using SslFramework.Engine.Data;

namespace SslFramework.Host.Evaluation;

/// <summary>What the evaluators of an evaluation must know of its images.</summary>
/// <param name="Evaluators">Their names, and what each needs.</param>
internal sealed record EvaluationNeeds(IReadOnlyList<(string Name, LabelKinds Needs)> Evaluators)
{
    /// <summary>What any of them needs.</summary>
    public LabelKinds All => Evaluators.Aggregate(LabelKinds.None, (all, evaluator) => all | evaluator.Needs);

    /// <summary>Whether images must have a class each.</summary>
    public bool Classes => All.HasFlag(LabelKinds.Classes);

    /// <summary>Refuses images of which too little is known, before anything is computed. Classes are looked for image by image.</summary>
    /// <param name="images">The images.</param>
    /// <param name="source">The name of their data source.</param>
    /// <exception cref="ExperimentException">An evaluator needs more.</exception>
    public void Check(IDataSource images, string source)
    {
        var known = LabelKinds.Classes | ((images as IAnnotatedSource)?.Annotations.Kinds ?? LabelKinds.None);
        foreach (var (name, needs) in Evaluators)
        {
            if ((needs & ~known) is var missing && missing != LabelKinds.None)
            {
                throw new ExperimentException(
                    FailureKind.Config,
                    $"The evaluator '{name}' needs {Words(missing)}, but the data source '{source}' has none; "
                    + $"use {DataComponents.Knowing(needs & ~LabelKinds.Classes)}.");
            }
        }
    }

    private static string Words(LabelKinds kinds) => string.Join(" and ", Enum.GetValues<LabelKinds>()
        .Where(kind => kind != LabelKinds.None && kinds.HasFlag(kind))
        .Select(kind => kind == LabelKinds.ClassSets ? "sets of classes" : kind.ToString().ToLowerInvariant()));
}
