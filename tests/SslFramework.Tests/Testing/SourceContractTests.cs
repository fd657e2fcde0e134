using SslFramework.Engine.Data.Sources;
using SslFramework.Testing;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Testing;

[TestClass]
internal class SourceContractTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Verify_Synthetic_Holds(int channels) => new SourceContract(new SyntheticSource(new() { Count = 100, Size = 12, Channels = channels })).Verify();

    [TestMethod]
    public void Verify_AFolderOfImages_Holds()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 6; i++)
        {
            folder.Write($"{(i % 2 == 0 ? "cat" : "dog")}/{i}.png", ImageFixtures.Encode(SkiaSharp.SKEncodedImageFormat.Png, i + 2));
        }

        new SourceContract(new ImageFolderSource(new() { Path = folder.Root })).Verify();
    }

    [TestMethod]
    [DataRow("none", null)]
    [DataRow("empty", "it has no images")]
    [DataRow("channels", "image 0 has 3 channels, but Channels is 1")]
    [DataRow("size", "image 1 is 3×2, but Size says 2×2; where sizes differ it must be null")]
    [DataRow("label", "image 3 has the label 3, but there are 3 Classes")]
    [DataRow("pixels", "image 0 has other pixels")]
    [DataRow("thread", "reading by several threads fails with NotSupportedException")]
    public void Verify_AFault_IsNamed(string fault, string? sentence)
    {
        var contract = new SourceContract(new Faulty(fault));
        if (sentence is null)
        {
            contract.Verify();
            return;
        }

        var error = Assert.ThrowsExactly<ContractViolationException>(contract.Verify);
        StringAssert.StartsWith(error.Message, "The data source breaks its contract: ");
        StringAssert.Contains(error.Message, sentence);
    }

    private sealed class Faulty(string fault) : IDataSource
    {
        private readonly int thread = Environment.CurrentManagedThreadId;
        private int reads;

        public int Count => fault == "empty" ? 0 : 4;

        public int Channels => 1;

        public ImageSize? Size => new(2, 2);

        public IReadOnlyList<string> Classes { get; } = fault == "label" ? ["a", "b", "c"] : ["a", "b", "c", "d"];

        public int? Label(int index) => index;

        public void Read(int index, PixelBuffer destination)
        {
            if (fault == "thread" && Environment.CurrentManagedThreadId != thread)
            {
                throw new NotSupportedException("One thread only.");
            }

            var count = Interlocked.Increment(ref reads);
            destination.Resize(fault == "size" && index == 1 ? 3 : 2, 2, fault == "channels" ? 3 : 1).Fill((byte)(fault == "pixels" ? count : index));
        }
    }
}
