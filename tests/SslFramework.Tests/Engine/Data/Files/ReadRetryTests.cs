using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Files;
using SslFramework.Host.Machine;

namespace SslFramework.Tests.Engine.Data.Files;

[TestClass]
internal class ReadRetryTests
{
    private readonly List<TimeSpan> pauses = [];

    [TestMethod]
    public void Read_AHiccup_IsTriedAgainAfterLongerPauses()
    {
        var left = 3;
        Assert.AreEqual(7, new ReadRetry(pauses.Add).Read("The image 'a'", 7, value => left-- > 0 ? throw new IOException("EIO") : value));
        Assert.HasCount(3, pauses);
        Assert.IsTrue(pauses.Zip(pauses.Skip(1)).All(pair => pair.Second > pair.First));
    }

    [TestMethod]
    public void Read_AnErrorThatStays_EndsWithTheStorageCode()
    {
        var error = Assert.ThrowsExactly<ExperimentException>(() => new ReadRetry(pauses.Add).Read<int, int>("The image 'a'", 0, _ => throw new IOException("Input/output error.")));
        Assert.AreEqual(FailureKind.Storage, error.Kind);
        Assert.AreEqual("The image 'a' cannot be read, tried 5 times: Input/output error; see to the disk or network, then start again.", error.Message);
        Assert.HasCount(4, pauses);
    }

    [TestMethod]
    public void Read_WhatIsMissingOrForbidden_IsNotWaitedFor()
    {
        foreach (var fault in new Exception[] { new FileNotFoundException("x"), new DirectoryNotFoundException("x"), new UnauthorizedAccessException("x") })
        {
            var error = Assert.ThrowsExactly<ExperimentException>(() => new ReadRetry(pauses.Add).Read<int, int>("The image 'a'", 0, _ => throw fault));
            Assert.AreEqual(FailureKind.Storage, error.Kind);
        }

        Assert.IsEmpty(pauses);
    }

    [TestMethod]
    public void Fingerprint_AReadError_IsThatError() =>
        Assert.AreEqual(FailureKind.Storage, Assert.ThrowsExactly<ExperimentException>(() => DataFingerprint.Of(new Unreadable())).Kind);

    [TestMethod]
    public void Check_ReadErrors_AreListedApartFromBadImages()
    {
        var check = DataCheck.Of(new Unreadable());
        Assert.IsEmpty(check.Bad);
        CollectionAssert.AreEqual(new[] { 1, 3 }, check.Unread.Select(image => image.Index).ToArray());
        Assert.IsNotNull(check.Sizes);
    }

    /// <summary>Four images; the disk does not give the odd ones.</summary>
    private sealed class Unreadable : IDataSource
    {
        public int Count => 4;

        public int Channels => 1;

        public IReadOnlyList<string> Classes => [];

        public int? Label(int index) => null;

        public void Read(int index, PixelBuffer destination)
        {
            if (index % 2 == 1)
            {
                throw new ExperimentException(FailureKind.Storage, $"image {index} cannot be read");
            }

            destination.Resize(1, 1, 1)[0] = 1;
        }
    }
}
