using System.Diagnostics;
using System.Globalization;

namespace SslFramework.Benchmarks;

/// <summary>A PyTorch DataLoader in a process of its own, which runs an epoch whenever it is told to.</summary>
internal sealed class PeerLoader : IDisposable
{
    private readonly Process process;

    private PeerLoader(Process process, string versions) => (this.process, Versions) = (process, versions);

    /// <summary>Of PyTorch, torchvision and Pillow.</summary>
    public string Versions { get; }

    /// <summary>Starts it; the first epoch, which starts its workers, is over when this returns.</summary>
    /// <param name="command">Such as "python3"; the script and its arguments are added.</param>
    /// <param name="recipe">A name that peer/loader.py knows.</param>
    /// <param name="images">The folder, as the peer sees it.</param>
    /// <param name="workers">Processes.</param>
    /// <param name="batchSize">Images in a batch.</param>
    public static PeerLoader Start(string command, string recipe, string images, int workers, int batchSize)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "peer", "loader.py");
        var parts = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] arguments = [.. parts[1..], script, recipe, images, $"{workers}", $"{batchSize}"];
        var process = Process.Start(new ProcessStartInfo(parts[0], arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var versions = process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException($"The peer '{command}' ended before it began; its own message stands above.");
        return new PeerLoader(process, versions);
    }

    /// <summary>Runs an epoch and returns images a second.</summary>
    public double Epoch()
    {
        process.StandardInput.WriteLine("epoch");
        process.StandardInput.Flush();
        return double.Parse(
            process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The peer ended in the middle of its work."),
            CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
