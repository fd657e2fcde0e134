using System.Globalization;
using SslFramework.Core.Storage;

namespace SslFramework.Engine.Weights.Onnx;

/// <summary>
/// A network as ONNX nodes, from <c>images</c> [batch, C, H, W] to <c>features</c> [batch, D]. Opset 17, the first with
/// LayerNormalization. Field numbers are those of onnx.proto (https://github.com/onnx/onnx).
/// </summary>
internal sealed class OnnxGraph
{
    public const string Input = "images";
    private const string Output = "features";
    private const long Largest = (1L << 31) - (1 << 24); // the limit of protobuf readers, with room for the nodes

    private readonly List<ProtobufWriter> nodes = [];
    private readonly List<(string Name, Tensor Value)> weights = [];
    private int made;

    /// <summary>Adds a weight.</summary>
    public string Weight(string name, Tensor value)
    {
        if (weights.All(weight => weight.Name != name))
        {
            weights.Add((name, value.detach().cpu().contiguous()));
        }

        return name;
    }

    /// <summary>Adds whole numbers: a shape, axes or an index.</summary>
    public string Numbers(params long[] values) =>
        Weight($"numbers_{string.Join('_', values.Select(v => v.ToString(CultureInfo.InvariantCulture)))}", tensor(values));

    /// <summary>Adds a node.</summary>
    /// <param name="operation">Its operation.</param>
    /// <param name="inputs">Names of its inputs.</param>
    /// <param name="attributes">Each is a whole number, several, or a float.</param>
    /// <returns>The name of its output.</returns>
    public string Node(string operation, string[] inputs, params (string Name, object Value)[] attributes)
    {
        var output = $"{operation}_{made++}";
        nodes.Add(NodeOf(operation, inputs, output, attributes));
        return output;
    }

    /// <summary>Writes the model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="features">The node whose output is the features.</param>
    /// <param name="shape">Shape of the images; a text is a size that may vary.</param>
    /// <param name="dimension">D, the length of a feature vector.</param>
    /// <exception cref="ExperimentException">Writing failed, or the model is larger than the format allows.</exception>
    public void Write(string path, string features, object[] shape, int dimension)
    {
        nodes.Add(NodeOf("Identity", [features], Output, []));
        var initializers = weights.ConvertAll(weight => (Prefix: Prefix(weight.Name, weight.Value), weight.Value));
        var rest = new ProtobufWriter();
        nodes.ForEach(node => rest.Message(1, node));
        rest.Text(2, "backbone").Message(11, Value(Input, shape)).Message(12, Value(Output, ["batch", (long)dimension]));
        var (end, bytes) = (rest.ToArray(), initializers.Sum(i => i.Prefix.Length + (i.Value.numel() * i.Value.ElementSize)));
        if (bytes > Largest)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The backbone has {bytes >> 20} MB of weights, and an ONNX file holds at most 2 GB; export it without ONNX (--no-onnx).");
        }

        var operators = new ProtobufWriter().Text(1, "").Number(2, 17);
        var start = new ProtobufWriter().Number(1, 8).Text(2, "SslFramework").Message(8, operators).Begin(7, bytes + end.Length).ToArray();
        DurableFile.Write(
            path,
            stream =>
            {
                stream.Write(start);
                foreach (var (prefix, value) in initializers)
                {
                    stream.Write(prefix);
                    stream.Write(value.bytes);
                }

                stream.Write(end);
            },
            start.Length + bytes + end.Length);
    }

    private static byte[] Prefix(string name, Tensor value)
    {
        var head = new ProtobufWriter();
        Array.ForEach(value.shape, size => head.Number(1, size));
        head.Number(2, value.dtype == ScalarType.Int64 ? 7 : 1).Text(8, name).Begin(9, value.numel() * value.ElementSize);
        var bytes = head.ToArray();
        return [.. new ProtobufWriter().Begin(5, bytes.Length + (value.numel() * value.ElementSize)).ToArray(), .. bytes];
    }

    private static ProtobufWriter Value(string name, object[] shape)
    {
        var sizes = new ProtobufWriter();
        foreach (var size in shape)
        {
            sizes.Message(1, size is string free ? new ProtobufWriter().Text(2, free) : new ProtobufWriter().Number(1, (long)size));
        }

        var type = new ProtobufWriter().Message(1, new ProtobufWriter().Number(1, 1).Message(2, sizes));
        return new ProtobufWriter().Text(1, name).Message(2, type);
    }

    private static ProtobufWriter NodeOf(string operation, string[] inputs, string output, (string Name, object Value)[] attributes)
    {
        var node = new ProtobufWriter();
        Array.ForEach(inputs, input => node.Text(1, input));
        node.Text(2, output).Text(3, output).Text(4, operation);
        foreach (var (name, value) in attributes)
        {
            var attribute = new ProtobufWriter().Text(1, name);
            switch (value)
            {
                case float number: attribute.Single(2, number).Number(20, 1); break;
                case long number: attribute.Number(3, number).Number(20, 2); break;
                case long[] numbers: Array.ForEach(numbers, number => attribute.Number(8, number)); attribute.Number(20, 7); break;
                default: throw new ArgumentException($"No attribute may be a {value.GetType().Name}.", nameof(attributes));
            }

            node.Message(5, attribute);
        }

        return node;
    }
}
