namespace SslFramework.Core.Onnx;

/// <summary>A layer that knows which ONNX nodes compute what it computes in evaluation mode.</summary>
public interface IOnnxLayer
{
    /// <summary>Adds the nodes.</summary>
    /// <param name="graph">The graph, which knows TorchSharp's own layers: <see cref="OnnxGraph.Add(nn.Module, string)"/>.</param>
    /// <param name="input">The name of the layer's input.</param>
    /// <returns>The name of its output.</returns>
    string AddNodes(OnnxGraph graph, string input);
}
