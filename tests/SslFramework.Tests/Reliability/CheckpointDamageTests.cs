using SslFramework.Core.Storage;
using SslFramework.Engine.Training.Checkpoints;

namespace SslFramework.Tests.Reliability;

/// <summary>No damage to a checkpoint goes unseen.</summary>
[TestClass]
public sealed class CheckpointDamageTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("ssl-damage-").FullName;
    private readonly string checkpoint;

    public CheckpointDamageTests()
    {
        using var training = new TinyTraining();
        checkpoint = Checkpoints.Save(training.Take(3).State, training.Objective, training.Optimizer);
    }

    private CheckpointFolder Checkpoints => new(root, Disk.Instance, _ => { });

    public void Dispose() => Directory.Delete(root, recursive: true);

    [TestMethod]
    [Case("C9")]
    public void Newest_AnyBitFlipped_IsDetected()
    {
        var flips = 0;
        foreach (var file in Directory.GetFiles(checkpoint).Order())
        {
            var whole = File.ReadAllBytes(file);
            var stride = Figures.IsSoak ? 1 : Math.Max(1, whole.Length * 8 / 520); // all four files: above 2,000
            for (var bit = 0; bit < whole.Length * 8; bit += stride)
            {
                var damaged = whole.ToArray();
                damaged[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.IsTrue(IsDetected(file, damaged), $"bit {bit} of {Path.GetFileName(file)}");
                flips++;
            }

            File.WriteAllBytes(file, whole);
        }

        Assert.AreEqual(checkpoint, Checkpoints.Newest(), "and undamaged it is sound");
        Assert.IsGreaterThanOrEqualTo(2000, flips);
        Figures.Add("Single bits flipped in a small checkpoint, all detected", flips);
    }

    [TestMethod]
    [Case("C8")]
    public void Newest_CutAtAnyLength_IsDetected()
    {
        var cuts = 0;
        foreach (var file in Directory.GetFiles(checkpoint).Order())
        {
            var whole = File.ReadAllBytes(file);
            for (var length = 0; length < whole.Length; length++)
            {
                Assert.IsTrue(IsDetected(file, whole[..length]), $"{length} bytes of {Path.GetFileName(file)}");
                cuts++;
            }

            File.WriteAllBytes(file, whole);
        }

        Figures.Add("Truncations of a small checkpoint (every length), all detected", cuts);
    }

    private bool IsDetected(string file, byte[] content)
    {
        File.WriteAllBytes(file, content);
        try
        {
            if (Checkpoints.Newest() is not null)
            {
                return false;
            }
        }
        catch (ExperimentException e) when (e.Kind == FailureKind.Checkpoint)
        {
            return true; // a format of the future
        }

        Directory.Move(checkpoint + ".corrupt", checkpoint);
        return true;
    }
}
