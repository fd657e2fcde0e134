using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SslFramework.Core.Backbones;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Testing;
using SslFramework.Tests.Core.Backbones;
using TorchSharp;

namespace SslFramework.Tests.Plugins;

/// <summary>What every family of torchvision's networks is tested for; torchvision's numbers are those of torchvision_networks.json.</summary>
internal static class TorchvisionNetwork
{
    public static readonly DataInfo Color = new(1, 3);

    private static readonly Lazy<JsonElement> Numbers = new(() => Golden.Open("torchvision_networks.json"));

    /// <summary>
    /// Maps, features, loss, gradients and running statistics in float64; and maps and features in float32, whose ways through the
    /// processor are others.
    /// </summary>
    /// <param name="name">The case.</param>
    /// <param name="network">Our network; its layers are those of <paramref name="maps"/> by number.</param>
    /// <param name="maps">The layer of each of torchvision's modules.</param>
    public static void AssertIsTorchvisions(string name, StagedNetwork network, params (string Theirs, int Layer)[] maps)
    {
        using var scope = NewDisposeScope();
        var golden = Numbers.Value.GetProperty(name);
        long[] shape = [.. golden.GetProperty("images").EnumerateArray().Select(d => d.GetInt64())];
        var images = Golden.Tensor($"{name}.images", shape, 2);
        Golden.SetWeights(network, name);
        network.eval();
        AssertForward(images, 1e-5);
        network.to(float64);
        images = images.to(float64);
        AssertForward(images, 1e-9);

        network.train();
        var features = network.Forward(images);
        var loss = (features * Golden.Tensor($"{name}.probe", features.shape).to(float64)).sum();
        loss.backward();
        AssertNumbers(golden.GetProperty("trained"), features, 1e-8, "features in training mode");
        Golden.AssertClose(golden.GetProperty("loss").GetDouble(), loss.item<double>(), 1e-8, "loss");
        var gradients = golden.GetProperty("gradients").EnumerateObject().ToArray();
        CollectionAssert.AreEquivalent(gradients.Select(g => g.Name).ToArray(), network.named_parameters().Select(p => p.name).ToArray());
        foreach (var gradient in gradients)
        {
            AssertNumbers(gradient.Value, network.get_parameter(gradient.Name)!.grad!, 1e-6, $"gradient of {gradient.Name}");
        }

        foreach (var buffer in golden.GetProperty("buffers").EnumerateObject())
        {
            AssertNumbers(buffer.Value, network.state_dict()[buffer.Name], 1e-8, buffer.Name);
        }

        void AssertForward(Tensor images, double tolerance)
        {
            using var gradient = no_grad();
            var layers = network.ForwardLayers(images);
            foreach (var (theirs, layer) in maps)
            {
                var expected = golden.GetProperty("maps").GetProperty(theirs);
                long[] shape = [.. expected[0].EnumerateArray().Select(d => d.GetInt64())];
                var ours = shape.SequenceEqual(layers[layer].shape) ? layers[layer] : layers[layer].permute(0, 2, 3, 1);
                CollectionAssert.AreEqual(shape, ours.shape, theirs);
                AssertNumbers(expected[1], ours, tolerance, theirs);
            }

            AssertNumbers(golden.GetProperty("features"), network.Forward(images), tolerance, "features");
        }
    }

    /// <summary>The number of parameters, and every key with its shape, of the networks by their names in experiments.</summary>
    public static void AssertIsAsPublished(string name, Func<StagedNetwork> create)
    {
        using var scope = NewDisposeScope();
        using var device = new DefaultDevice(META);
        using var network = create();
        var published = Numbers.Value.GetProperty("published").GetProperty(name);
        Assert.AreEqual(published.GetProperty("parameters").GetInt64(), network.parameters().Sum(p => p.NumberOfElements), name);
        var keys = network.state_dict().Select(pair => $"{pair.Key} {string.Join('x', pair.Value.shape)}").Order(StringComparer.Ordinal);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', keys))).AsSpan(0, 8));
        Assert.AreEqual(published.GetProperty("keys").GetString(), hash, string.Join('\n', keys));
    }

    /// <summary>The kit, drop path, recomputed activations, other channels and bfloat16.</summary>
    /// <param name="create">Builds a tiny network that skips branches with a probability and computes activations again or not.</param>
    /// <param name="side">Side of its images.</param>
    public static void AssertKeepsItsContracts(Func<DataInfo, double, bool, StagedNetwork> create, int side)
    {
        new BackboneContract(() => create(Color, 0, false), new ViewShape(3, side, side)).Verify();
        new BackboneContract(() => create(new DataInfo(1, 5), 0.5, true), new ViewShape(5, side, side + 5)).Verify();
        using var scope = NewDisposeScope();
        using var network = create(Color, 0.5, false);
        Assert.AreEqual(0.5, ((IStochasticDepth)network).DropPath);
        ResidualBlock[] blocks = [.. network.modules().OfType<ResidualBlock>()];
        Assert.AreEqual((0, 0.5), (blocks[0].DropPath, blocks[^1].DropPath));
        var images = Golden.Tensor("images", [2, 3, side, side], 2);
        using var again = create(Color, 0.5, true);
        again.load_state_dict(network.state_dict());
        var gradients = new[] { network, again }.Select(one =>
        {
            manual_seed(1);
            one.train();
            one.Forward(images).square().sum().backward();
            return one.parameters().ToArray().Select(p => p.grad!.clone()).ToArray();
        }).ToArray();
        Assert.IsTrue(gradients[0].Zip(gradients[1]).All(pair => pair.First.allclose(pair.Second, 1e-4, 1e-5)), "activations computed again");
        network.eval();
        network.to(bfloat16);
        Assert.IsTrue(network.Forward(images.to(bfloat16)).isfinite().all().item<bool>());
    }

    /// <summary>At every second place of maps of half the stride is what the maps of the own stride have.</summary>
    public static void AssertLowersItsStride(IMapBackbone network, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        network.Module.eval();
        var (images, own) = (Golden.Tensor("images", [1, 3, height, width], 2), network.OutputStride);
        var last = network.Maps.Count - 1;
        var expected = network.ForwardMaps(images, [last])[0];
        Assert.AreEqual(own, network.Maps[last].Stride);
        foreach (var factor in new[] { 2, 4 })
        {
            network.OutputStride = own / factor;
            Assert.AreEqual(own / factor, network.Maps[last].Stride);
            var maps = network.ForwardMaps(images, [last])[0];
            CollectionAssert.AreEqual(new[] { 1, expected.shape[1], height * factor / own, width * factor / own }, maps.shape);
            var shared = maps[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(step: factor), TensorIndex.Slice(step: factor)];
            Assert.IsTrue(shared.allclose(expected, 1e-4, 1e-5), $"{(shared - expected).abs().max().item<float>()}");
        }

        network.OutputStride = own;
        Assert.IsTrue(network.ForwardMaps(images, [last])[0].equal(expected).all().item<bool>(), "and back");
        StringAssert.Contains(Assert.ThrowsExactly<ExperimentException>(() => network.OutputStride = 3).Message, "but 3 was asked for");
    }

    /// <summary>Four steps of a method's small experiment, and the same bits when they are stopped after one or three.</summary>
    public static void AssertTrains(string method, string backbone, params string[] more)
    {
        var folder = Directory.CreateTempSubdirectory("ssl-network-").FullName;
        try
        {
            var file = SmallRuns.Write(method, folder, JsonNode.Parse(backbone)!.AsObject());
            var (code, output, errors) = SslProgram.Run(
                ["verify-resume", file, "--steps", "4", "--set", "training.batchSize=16", .. more]);
            Assert.AreEqual(0, code, output + errors);
            Assert.DoesNotContain("DIFFERENT", output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Mean, mean absolute value, deviation, first and last value.</summary>
    private static void AssertNumbers(JsonElement golden, Tensor actual, double tolerance, string what)
    {
        using var scope = NewDisposeScope();
        var flat = actual.detach().to(float64).contiguous().flatten();
        double[] ours = [.. new[] { flat.mean(), flat.abs().mean(), flat.std(false), flat[0], flat[-1] }.Select(number => number.item<double>())];
        foreach (var (i, expected) in golden.EnumerateArray().Index())
        {
            Golden.AssertClose(expected.GetDouble(), ours[i], tolerance, $"{what} [{i}]");
        }
    }
}
