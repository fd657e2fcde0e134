using SslFramework.Core.Tensors;

namespace SslFramework.Tests.Core.Tensors;

[TestClass]
internal class StateDictTests
{
    [TestMethod]
    public void Load_OwnKeys_CopiesEveryTensor()
    {
        using var scope = NewDisposeScope();
        using var source = nn.Linear(3, 2);
        using var target = nn.Linear(3, 2);

        StateDict.Load(target, StateDict.Of(source));

        Assert.AreEqual((Tensor)source.weight!, target.weight!);
        Assert.AreEqual((Tensor)source.bias!, target.bias!);
        Assert.IsTrue(target.weight!.requires_grad);
    }

    [TestMethod]
    public void Load_Prefix_TakesOnlyWhatBeginsWithIt()
    {
        using var scope = NewDisposeScope();
        using var target = nn.Linear(3, 2, hasBias: false);
        var given = new Dictionary<string, Tensor> { ["backbone.weight"] = ones([2, 3], bfloat16), ["head.weight"] = zeros([1]) };

        StateDict.Load(target, given, "backbone.");

        Assert.AreEqual(6, target.weight!.sum().item<float>());
        Assert.AreEqual(ScalarType.Float32, target.weight.dtype);
    }

    [TestMethod]
    public void Load_ShapeThatWouldBroadcast_IsRefusedAndNothingChanges()
    {
        using var scope = NewDisposeScope();
        using var target = nn.Linear(3, 2);
        var before = target.bias!.clone();
        var given = new Dictionary<string, Tensor> { ["bias"] = ones([2]), ["weight"] = ones([1, 3]) };

        var error = Assert.ThrowsExactly<ExperimentException>(() => StateDict.Load(target, given, source: "'x.safetensors'"));

        Assert.AreEqual(FailureKind.Checkpoint, error.Kind);
        Assert.Contains("'x.safetensors'", error.Message);
        Assert.Contains("weight is [1, 3] but must be [2, 3]", error.Message);
        Assert.AreEqual(before, target.bias);
    }

    [TestMethod]
    public void Load_OtherKeys_ListsMissingAndUnexpectedOnes()
    {
        using var scope = NewDisposeScope();
        using var target = nn.Linear(3, 2);
        var given = Enumerable.Range(0, 9).ToDictionary(i => $"other{i}", _ => ones([1]));

        var error = Assert.ThrowsExactly<ExperimentException>(() => StateDict.Load(target, given));

        Assert.Contains("2 missing (bias, weight)", error.Message);
        Assert.Contains("9 unexpected (other0, other1, other2, other3, other4 and 4 more)", error.Message);
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    [DataRow(1e300)] // infinite as float32
    public void Load_ANumberThatIsNotFinite_IsRefusedAndNothingChanges(double number)
    {
        using var scope = NewDisposeScope();
        using var target = nn.Linear(3, 2);
        var before = target.bias!.clone();
        var given = new Dictionary<string, Tensor> { ["bias"] = ones([2]), ["weight"] = full([2, 3], 0.5, float64) };
        given["weight"][1, 2] = tensor(number, float64);

        var error = Assert.ThrowsExactly<ExperimentException>(() => StateDict.Load(target, given, source: "'x.safetensors'"));

        Assert.AreEqual(FailureKind.Checkpoint, error.Kind);
        StringAssert.StartsWith(error.Message, "'x.safetensors' holds NaN or infinity, of which nothing can be computed: 1 not finite (weight).");
        Assert.AreEqual(before, target.bias);
    }

    [TestMethod]
    public void Load_FloatForACounter_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var norm = nn.BatchNorm1d(2);
        var given = StateDict.Of(norm).ToDictionary(pair => pair.Key, pair => pair.Value);
        given["num_batches_tracked"] = ones([]);

        Assert.Contains("num_batches_tracked", Assert.ThrowsExactly<ExperimentException>(() => StateDict.Load(norm, given)).Message);
    }
}
