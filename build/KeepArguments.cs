using System;
using System.IO;
using Microsoft.Build.Framework;

/// <summary>Turns the optimizer off for an assembly, by its DebuggableAttribute, in a new file that replaces the old one.</summary>
public class KeepArguments : Microsoft.Build.Utilities.Task
{
    // The attribute's value in the assembly's tables: length, prolog, modes, no named arguments.
    private static readonly byte[] Optimized = { 8, 1, 0, 0x02, 0x00, 0, 0, 0, 0 }; // IgnoreSymbolStoreSequencePoints
    private static readonly byte[] Kept = { 8, 1, 0, 0x03, 0x01, 0, 0, 0, 0 }; // and Default, DisableOptimizations

    public string Library { get; set; }

    public override bool Execute()
    {
        var assembly = File.ReadAllBytes(Library);
        var place = Find(assembly, Optimized, 0);
        if (place < 0 && Find(assembly, Kept, 0) >= 0)
        {
            return true;
        }

        if (place < 0 || Find(assembly, Optimized, place + 1) >= 0)
        {
            Log.LogError("{0} is not the version of TorchSharp that SslFramework is made for: it does not say once that it is optimized. Reference the version that SslFramework.Core asks for.", Library);
            return false;
        }

        // The output file may be a hard link into the package cache: never write through it.
        Kept.CopyTo(assembly, place);
        var written = File.GetLastWriteTimeUtc(Library);
        var copy = Library + ".kept";
        File.WriteAllBytes(copy, assembly);
        File.SetLastWriteTimeUtc(copy, written);
        File.Delete(Library);
        File.Move(copy, Library);
        return true;
    }

    private static int Find(byte[] bytes, byte[] pattern, int from)
    {
        for (var i = from; i <= bytes.Length - pattern.Length; i++)
        {
            var same = 0;
            while (same < pattern.Length && bytes[i + same] == pattern[same])
            {
                same++;
            }

            if (same == pattern.Length)
            {
                return i;
            }
        }

        return -1;
    }
}
