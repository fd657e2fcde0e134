using System.Diagnostics;
using System.Runtime.InteropServices;
using SslFramework.Host.Machine;

namespace SslFramework.Tests.Host.Machine;

[TestClass]
public class FastAllocatorTests
{
    [TestMethod]
    public void Words_EmptyOnesAtTheEnd_AreKept()
    {
        CollectionAssert.AreEqual(new[] { "ssl", "train", "", "" }, FastAllocator.Words("ssl\0train\0\0\0"u8.ToArray()));
        Assert.IsEmpty(FastAllocator.Words([]));
    }

    [TestMethod]
    [DataRow(null, "libtcmalloc")]
    [DataRow("system", "the C library's")]
    public void Doctor_OnLinux_SaysWhichAllocatorTheProcessRunsOn(string? choice, string expected)
    {
        if (!NativeLibrary.TryLoad("libtcmalloc_minimal.so.4", out _))
        {
            Assert.Inconclusive("SKIPPED: tcmalloc is not installed (apt-get install libtcmalloc-minimal4).");
        }

        // Further arguments reach the program that takes its own place: a folder with a blank and a quote in its name.
        using var folder = new TemporaryFolder();
        var runs = Path.Combine(folder.Root, "runs \"here\"");
        var start = new ProcessStartInfo(SmallProcess.Ssl, ["doctor", "--runs", runs]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("LD_PRELOAD");
        start.Environment["SSL_ALLOCATOR"] = choice;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output);
        StringAssert.Contains(output, expected);
    }
}
