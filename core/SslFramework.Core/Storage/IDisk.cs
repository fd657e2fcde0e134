namespace SslFramework.Core.Storage;

/// <summary>
/// The calls with which a run reaches its disk. Everything that must survive a kill goes through these calls, so that each of
/// them can be made to fail: see <c>FaultyDisk</c>. Every failure is an <see cref="IOException"/> or an
/// <see cref="UnauthorizedAccessException"/>.
/// </summary>
internal interface IDisk
{
    /// <summary>Bytes that this user may still write on the disk of a folder.</summary>
    long FreeBytes(string folder);

    /// <summary>Makes a folder, and those above it.</summary>
    void CreateFolder(string path);

    /// <summary>
    /// Makes a file and opens it for writing, exclusively until it is closed. Fails if there is a file or link of that name.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="length">Bytes to reserve: a full disk then fails before anything is written.</param>
    Stream Create(string path, long length);

    /// <summary>Waits until all that was written to a stream of <see cref="Create"/> is on the disk.</summary>
    void Sync(Stream stream);

    /// <summary>Makes the names in a folder durable: a rename is only safe after this.</summary>
    void SyncFolder(string path);

    /// <summary>Renames a file, replacing an older one, or a folder, replacing nothing.</summary>
    void Move(string source, string destination);

    /// <summary>Deletes a file, or a folder with everything in it, if it exists. Links are not followed.</summary>
    void Delete(string path);
}
