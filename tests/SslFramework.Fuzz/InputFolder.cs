namespace SslFramework.Fuzz;

/// <summary>A folder for inputs: in memory if the system has such.</summary>
internal sealed class InputFolder : IDisposable
{
    /// <summary>Its path.</summary>
    public string Root { get; } = Directory.CreateDirectory(
        Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), "ssl-fuzz-" + Path.GetRandomFileName())).FullName;

    /// <summary>A target that gives a parser its input as a file.</summary>
    /// <param name="target">The target's name.</param>
    /// <param name="name">The file's name in the folder.</param>
    /// <param name="parse">Is given the file's path.</param>
    /// <param name="make">Makes the file's content; null if that is the input.</param>
    public FuzzTarget OnFile(string target, string name, Action<string> parse, Func<byte[], byte[]>? make = null) => new(target, input =>
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, make is null ? input : make(input));
        parse(path);
    });

    /// <summary>Deletes the inputs.</summary>
    public void Dispose() => Directory.Delete(Root, recursive: true);
}
