using System.Globalization;
using SslFramework.Core.Storage;
using TorchSharp.Modules;

namespace SslFramework.Core.Onnx;

/// <summary>
/// A network as ONNX nodes, from <c>images</c> [batch, C, H, W] to <c>features</c> [batch, D]. Opset 17, the first with
/// LayerNormalization. Field numbers are those of onnx.proto (https://github.com/onnx/onnx).
/// </summary>
public sealed class OnnxGraph
{
    /// <summary>The name of the network's input.</summary>
    public const string Input = "images";

    private const string Output = "features";
    private const long Largest = (1L << 31) - (1 << 24); // the limit of protobuf readers, with room for the nodes

    private readonly List<ProtobufWriter> nodes = [];
    private readonly List<(string Name, Tensor Value)> weights = [];
    private readonly Dictionary<IntPtr, string> names = [];
    private int made;

    /// <summary>Begins a graph.</summary>
    /// <param name="network">Its weights keep the names that they have in it.</param>
    public OnnxGraph(nn.Module network)
    {
        foreach (var (key, value) in network.state_dict())
        {
            names[value.Handle] = key;
        }
    }

    /// <summary>Adds the nodes of a layer: one of TorchSharp's, or one that knows its own.</summary>
    /// <param name="layer">The layer, as it computes in evaluation mode.</param>
    /// <param name="input">The name of its input.</param>
    /// <returns>The name of its output.</returns>
    /// <exception cref="ExperimentException">There is no operation for it.</exception>
    public string Add(nn.Module layer, string input) => layer switch
    {
        IOnnxLayer own => own.AddNodes(this, input),
        Sequential layers => layers.children().Aggregate(input, (x, child) => Add(child, x)),
        Conv2d convolution => Add(convolution, input),
        BatchNorm2d norm => BatchNorm(input, norm.weight!, norm.bias!, norm.running_mean!, norm.running_var!, norm.eps),
        LayerNorm norm => LayerNorm(input, norm.weight!, norm.bias!, norm.eps),
        Linear linear => Add(linear, input),
        ReLU => Node("Relu", [input]),
        Dropout or Identity => input,
        _ => throw new ExperimentException(
            FailureKind.Config,
            $"ONNX cannot be written of a {layer.GetType().Name}; export the backbone without ONNX (--no-onnx)."),
    };

    /// <summary>Adds batch normalization by running statistics.</summary>
    public string BatchNorm(string input, Tensor weight, Tensor bias, Tensor mean, Tensor variance, double epsilon) => Node(
        "BatchNormalization", [input, Weight(weight), Weight(bias), Weight(mean), Weight(variance)], ("epsilon", (float)epsilon));

    /// <summary>Adds layer normalization over the last dimension.</summary>
    public string LayerNorm(string input, Tensor weight, Tensor bias, double epsilon) =>
        Node("LayerNormalization", [input, Weight(weight), Weight(bias)], ("axis", -1L), ("epsilon", (float)epsilon));

    /// <summary>Adds GELU, x/2 · (1 + erf(x/√2)).</summary>
    public string Gelu(string input)
    {
        var erf = Node("Erf", [Node("Mul", [input, Number(1 / Math.Sqrt(2))])]);
        return Node("Mul", [input, Node("Mul", [Node("Add", [erf, Number(1)]), Number(0.5)])]);
    }

    /// <summary>Adds a permutation of dimensions.</summary>
    public string Permute(string input, params long[] order) => Node("Transpose", [input], ("perm", order));

    /// <summary>Adds a new shape.</summary>
    /// <param name="input">What gets it.</param>
    /// <param name="shape">0 keeps a dimension, −1 is what remains, and a text is a node that gives one number or several.</param>
    public string Reshape(string input, params object[] shape) => Node("Reshape", [input, Join(shape)]);

    /// <summary>Adds a row of whole numbers, some of which nodes give.</summary>
    public string Join(params object[] numbers)
    {
        var parts = numbers.Select(number => number as string ?? Numbers(Convert.ToInt64(number, CultureInfo.InvariantCulture)));
        return numbers switch
        {
            [string one] => one,
            _ when numbers.Any(number => number is string) => Node("Concat", [.. parts], ("axis", 0L)),
            _ => Numbers([.. numbers.Select(number => Convert.ToInt64(number, CultureInfo.InvariantCulture))]),
        };
    }

    /// <summary>Adds sizes of dimensions.</summary>
    /// <param name="input">Whose.</param>
    /// <param name="start">The first dimension.</param>
    /// <param name="end">The dimension after the last.</param>
    public string Sizes(string input, long start, long end) => Node("Shape", [input], ("start", start), ("end", end));

    /// <summary>Adds a part of a dimension.</summary>
    /// <param name="input">Of what.</param>
    /// <param name="axis">The dimension.</param>
    /// <param name="start">The first place: a number, or a node that gives one.</param>
    /// <param name="end">The place after the last: a number, or a node that gives one.</param>
    /// <param name="step">The distance of the places.</param>
    public string Slice(string input, long axis, object start, object end, long step = 1) =>
        Node("Slice", [input, Join(start), Join(end), Numbers(axis), Numbers(step)]);

    /// <summary>Adds a number that is the same for all.</summary>
    public string Number(double value) =>
        Weight(string.Create(CultureInfo.InvariantCulture, $"number_{value:R}"), tensor((float)value));

    /// <summary>Adds a weight under the name that it has in the network.</summary>
    public string Weight(Tensor value) => Weight(names.GetValueOrDefault(value.Handle, $"weight_{weights.Count}"), value);

    /// <summary>Adds a weight.</summary>
    /// <returns>Its name.</returns>
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
    internal void Write(string path, string features, object[] shape, int dimension)
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

    private string Add(Conv2d layer, string input)
    {
        var (padding, bias) = (layer.padding ?? [0, 0], layer.bias is { } given ? new[] { Weight(given) } : []);
        return Node(
            "Conv",
            [input, Weight(layer.weight), .. bias],
            ("kernel_shape", layer.kernel_size),
            ("strides", layer.stride),
            ("dilations", layer.dilation),
            ("pads", new[] { padding[0], padding[^1], padding[0], padding[^1] }),
            ("group", layer.groups));
    }

    private string Add(Linear layer, string input)
    {
        var name = names.GetValueOrDefault(layer.weight.Handle, $"weight_{weights.Count}");
        var product = Node("MatMul", [input, Weight($"{name}.transposed", layer.weight.t())]);
        return layer.bias is null ? product : Node("Add", [product, Weight(layer.bias)]);
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
