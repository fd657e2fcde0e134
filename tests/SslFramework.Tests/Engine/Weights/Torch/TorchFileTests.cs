using SslFramework.Engine.Weights.Torch;
using static TorchSharp.torch;

namespace SslFramework.Tests.Engine.Weights.Torch;

[TestClass]
internal class TorchFileTests
{
    /// <summary>NumPy's float64, as its pickles say it.</summary>
    private const string Float64 = "cnumpy\ndtype\n\x8c\x02" + "f8\x89\x88\x87R(K\x03\x8c\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb";

    private readonly string path = Path.GetTempFileName();

    [TestCleanup]
    public void Delete() => File.Delete(path);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Read_WhatTorchSaves_GivesEveryTensorAsItWas(bool legacy)
    {
        using var scope = NewDisposeScope();
        var weights = new Dictionary<string, object>
        {
            ["plain"] = rand(3, 2, 2),
            ["transposed"] = rand(3, 5).t(),
            ["half"] = rand(4).to(float16),
            ["count"] = tensor(7L),
            ["none"] = zeros(0, 3),
        };
        Write(new Dictionary<string, object>
        {
            ["epoch"] = 200,
            ["arch"] = "resnet50",
            ["best"] = 0.5,
            ["list"] = new List<object> { 1, "two" },
            ["args"] = new PickleWriter.Namespace(),
            ["state_dict"] = new PickleWriter.OrderedDict(weights),
        }, legacy);

        Assert.IsTrue(TorchFile.Is(path));
        using var file = TorchFile.Read(path);
        CollectionAssert.AreEquivalent(weights.Keys.Select(key => "state_dict." + key).ToArray(), file.Tensors.Keys.ToArray());
        foreach (var (key, value) in weights)
        {
            Assert.IsTrue(((Tensor)value).Equals(file.Tensors["state_dict." + key]), key);
            Assert.AreEqual(((Tensor)value).dtype, file.Tensors["state_dict." + key].dtype, key);
        }
    }

    [TestMethod]
    public void Read_WeightsAtTheTopOrInDictionaries_HaveTheirWholeNames()
    {
        using var weight = ones(2);
        var weights = new Dictionary<string, object> { ["w"] = weight };
        Write(new Dictionary<string, object> { ["w"] = weight, ["student"] = weights, ["a"] = new Dictionary<string, object> { ["b"] = weights } }, legacy: false);
        using var file = TorchFile.Read(path);
        CollectionAssert.AreEqual(new[] { "w", "student.w", "a.b.w" }, file.Tensors.Keys.ToArray());
    }

    [TestMethod]
    [DataRow("a device", "ctorch\ndevice\n\x8c\x04" + "cuda\x85R")]
    [DataRow("a type of numbers", "ctorch\nfloat32\n")]
    [DataRow("a scalar of NumPy's", "cnumpy.core.multiarray\nscalar\n" + Float64 + "c_codecs\nencode\n\x8c\x08\0\0\0\0\0\0\0\0\x8c\x06latin1\x86R\x86R")]
    [DataRow("a scalar of NumPy 2's, with bytes", "cnumpy._core.multiarray\nscalar\n" + Float64 + "C\x08\0\0\0\0\0\0\0\0\x86R")]
    [DataRow("an array of NumPy's", "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85" + "C\x01" + "b\x87R(K\x01K\x01\x85" + Float64 + "\x89" + "C\x08\0\0\0\0\0\0\0\0tb")]
    [DataRow("a long number", "\x8a\x11" + "0123456789abcdef\0")]
    [DataRow("a path", "cpathlib\nPosixPath\n\x8c\x01/\x85R")]
    [DataRow("a time", "cdatetime\ndatetime\nC\x01x\x85R")]
    [DataRow("a dictionary with defaults", "ccollections\ndefaultdict\ncbuiltins\nlist\n\x85R(K\x01K\x02u")]
    public void Read_WhatScriptsSaveBesideWeights_DoesNoHarm(string what, string pickle)
    {
        using var weight = ones(2);
        foreach (var legacy in new[] { false, true })
        {
            Write(new Dictionary<string, object> { ["best"] = new PickleWriter.Raw(pickle), ["state_dict"] = new Dictionary<string, object> { ["w"] = weight } }, legacy);
            using var file = TorchFile.Read(path);
            CollectionAssert.AreEqual(new[] { "state_dict.w" }, file.Tensors.Keys.ToArray(), what);
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Read_AnyByteChangedOrCutOff_ReadsOrIsRefusedInASentence(bool legacy)
    {
        using var weight = ones(2);
        Write(new Dictionary<string, object> { ["w"] = weight }, legacy);
        var whole = File.ReadAllBytes(path);
        for (var i = 0; i < whole.Length; i++)
        {
            ReadOrRefused(whole[..i]);
            ReadOrRefused([.. whole[..i], (byte)(whole[i] ^ 1), .. whole[(i + 1)..]]);
            ReadOrRefused([.. whole[..i], (byte)(whole[i] ^ 0x80), .. whole[(i + 1)..]]);
        }
    }

    private void ReadOrRefused(byte[] content)
    {
        File.WriteAllBytes(path, content);
        try
        {
            TorchFile.Read(path).Dispose();
        }
        catch (ExperimentException e)
        {
            Assert.AreEqual(FailureKind.Checkpoint, e.Kind);
            StringAssert.Contains(e.Message, path);
        }
    }

    private void Write(object root, bool legacy)
    {
        if (legacy)
        {
            File.WriteAllBytes(path, PickleWriter.Legacy(root));
        }
        else
        {
            PickleWriter.WriteArchive(path, root);
        }
    }
}
