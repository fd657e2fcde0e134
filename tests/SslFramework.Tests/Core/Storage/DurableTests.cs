using System.Text;
using SslFramework.Core.Storage;

namespace SslFramework.Tests.Core.Storage;

[TestClass]
internal class DurableTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssl-durable-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void Write_NewAndOldFile_HoldsTheContentAndNothingElse()
    {
        var path = Path.Combine(folder, "a.txt");
        Durable.Write(path, stream => stream.Write("first, longer"u8));
        Durable.Write(path, stream => stream.Write("second"u8), length: 6);

        Assert.AreEqual("second", File.ReadAllText(path));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(folder));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Write_BeforeAndAfterTheRename_IsSynced()
    {
        var disk = new WatchedDisk();
        Durable.Write(Path.Combine(folder, "a.txt"), stream => stream.Write("abc"u8), disk: disk);
        Assert.AreEqual(1, disk.Moves);
        Assert.AreEqual("", string.Join(", ", disk.Unsynced));
    }

    [TestMethod]
    public void Write_ShorterThanAnnounced_HasTheLengthThatWasWritten()
    {
        var path = Path.Combine(folder, "a.txt");
        Durable.Write(path, stream => stream.Write("abc"u8), length: 100_000);
        Assert.AreEqual(3, new FileInfo(path).Length);
    }

    [TestMethod]
    public void Write_ContentThatFails_KeepsTheOldFileAndLeavesNothing()
    {
        var path = Path.Combine(folder, "a.txt");
        Durable.Write(path, stream => stream.Write("old"u8));

        Assert.ThrowsExactly<InvalidOperationException>(() => Durable.Write(path, stream =>
        {
            stream.Write(Encoding.UTF8.GetBytes("half"));
            throw new InvalidOperationException();
        }));

        Assert.AreEqual("old", File.ReadAllText(path));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(folder));
    }

    [TestMethod]
    public void Write_FolderThatIsMissing_IsAStorageErrorThatNamesTheFile()
    {
        var path = Path.Combine(folder, "missing", "a.txt");
        var error = Assert.ThrowsExactly<ExperimentException>(() => Durable.Write(path, _ => { }));
        Assert.AreEqual(FailureKind.Storage, error.Kind);
        Assert.Contains(path, error.Message);
        Assert.Contains("there is no folder", error.Message);
        Assert.DoesNotContain(".tmp-", error.Message);
    }

    [TestMethod]
    public void Check_WhatCannotBeWritten_FailsAndLeavesNothing()
    {
        var path = Path.Combine(folder, "a.txt");
        File.WriteAllText(path, "old");
        Durable.Check(path);
        Assert.AreEqual("old", File.ReadAllText(path));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(folder));

        Assert.Contains("it is a folder", Assert.ThrowsExactly<ExperimentException>(() => Durable.Check(folder)).Message);
        Assert.Contains("is a file; name a folder", Assert.ThrowsExactly<ExperimentException>(() => Durable.Check(Path.Combine(path, "b.txt"))).Message);
        Assert.Contains("there is no folder", Assert.ThrowsExactly<ExperimentException>(() => Durable.Check(Path.Combine(folder, "missing", "b.txt"))).Message);
    }

    [TestMethod]
    public void DeleteLeftovers_OfOthers_StayWhereTheirWriterMayLive()
    {
        // A writer of this machine that is no more, one that lives, and one of another machine or an older version.
        var path = Path.Combine(folder, "a.pack");
        string held = "", left = "";
        Durable.Write(path, _ =>
        {
            held = Directory.GetFiles(folder).Single();
            left = held.Replace($"-{Environment.ProcessId}-", "-999999999-", StringComparison.Ordinal);
            Assert.AreNotEqual(held, left);
            Durable.DeleteLeftovers(path);
            Assert.IsTrue(File.Exists(held));
        });
        string[] others = [path + ".tmp-elsewhere-999999999-0123abcd", path + ".tmp-999999999"];
        foreach (var file in others.Append(left))
        {
            File.WriteAllText(file, "half");
        }

        using (new FileStream(left, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Durable.DeleteLeftovers(path);
            Assert.IsTrue(File.Exists(left), "somebody writes it, in a container with numbers of its own");
        }

        Durable.DeleteLeftovers(path);
        CollectionAssert.AreEquivalent(others.Append(path).ToArray(), Directory.GetFiles(folder));
    }

    [TestMethod]
    public void Write_SeveralAtATimeToOneFile_DoNotMeet()
    {
        var path = Path.Combine(folder, "a.txt");
        Durable.Write(path, outer =>
        {
            outer.Write("outer"u8);
            Durable.Write(path, inner => inner.Write("inner"u8));
        });
        Assert.AreEqual("outer", File.ReadAllText(path));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(folder));
    }

    [TestMethod]
    public void Create_WhatIsThere_IsNotWrittenTo()
    {
        var (target, link) = (Path.Combine(folder, "mine"), Path.Combine(folder, "link"));
        File.WriteAllText(target, "mine");
        File.CreateSymbolicLink(link, target);
        Assert.ThrowsExactly<IOException>(() => Disk.Instance.Create(target, 0));
        Assert.ThrowsExactly<IOException>(() => Disk.Instance.Create(link, 0));
        Assert.AreEqual("mine", File.ReadAllText(target));
    }
}
