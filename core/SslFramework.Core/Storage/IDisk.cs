namespace SslFramework.Core.Storage;

/// <summary>
/// The calls with which a run reaches its disk. All that must survive a kill goes through one of these, so that each of
/// them can be made to fail: see <c>FaultyDisk</c>. Every failure is an <see cref="IOException"/> or an
/// <see cref="UnauthorizedAccessException"/>.
/// </summary>
internal interface IDisk
{
    /// <summary>Bytes that this user may still write where a folder is.</summary>
    long FreeBytes(string folder);

    /// <summary>Makes a folder, and those above it.</summary>
    void CreateFolder(string path);

    /// <summary>Makes a file and opens it for writing, for nobody else until it is closed. One that is there, a link too, is not written to.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">Bytes to reserve: a full disk then fails before anything is written.</param>
    Stream Create(string path, long length);

    /// <summary>Waits until all that was written to a stream of <see cref="Create"/> is on the disk.</summary>
    void Sync(Stream stream);

    /// <summary>Makes the names in a folder durable: a rename is only safe once its folder is.</summary>
    void SyncFolder(string path);

    /// <summary>Renames a file, over an older one if there is one, or a folder, over nothing.</summary>
    void Move(string source, string destination);

    /// <summary>Deletes a file, or a folder with all that is in it, if it is there. Links are not followed.</summary>
    void Delete(string path);
}
