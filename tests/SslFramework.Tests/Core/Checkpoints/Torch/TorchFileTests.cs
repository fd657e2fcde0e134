using SslFramework.Core.Checkpoints.Torch;
using static TorchSharp.torch;

namespace SslFramework.Tests.Core.Checkpoints.Torch;

[TestClass]
public class TorchFileTests
{
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
        CollectionAssert.AreEquivalent(weights.Keys, file.Tensors.Keys.ToArray());
        foreach (var (key, value) in weights)
        {
            Assert.IsTrue(((Tensor)value).Equals(file.Tensors[key]), key);
            Assert.AreEqual(((Tensor)value).dtype, file.Tensors[key].dtype, key);
        }
    }

    [TestMethod]
    public void Read_WeightsAtTheTopOrUnderAnyUsualName_AreFound()
    {
        using var weight = ones(2);
        var weights = new Dictionary<string, object> { ["w"] = weight };
        foreach (var root in new[] { weights, new() { ["model"] = weights }, new() { ["network"] = weights } })
        {
            Write(root, legacy: false);
            using var file = TorchFile.Read(path);
            CollectionAssert.AreEqual(new[] { "w" }, file.Tensors.Keys.ToArray());
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
            Assert.AreEqual(ExitCode.Checkpoint, e.ExitCode);
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
