using SslFramework;

namespace TestPlugins;

/// <summary>Reports which version of a library the plugin really got.</summary>
public sealed class JsonVersionEvaluator : IEvaluator
{
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test) =>
        [new("none", "json-version", typeof(Newtonsoft.Json.JsonConvert).Assembly.GetName().Version!.Major)];
}
