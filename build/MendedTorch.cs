using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
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

        Kept.CopyTo(assembly, place);
        OwnFile.Replace(Library, assembly);
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

/// <summary>Sets VER_FLG_WEAK on one needed symbol version of an ELF library, in a new file that replaces the old one.</summary>
public class WeakenSymbolVersion : Microsoft.Build.Utilities.Task
{
    private const uint GnuVersionNeed = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 2; // VER_FLG_WEAK

    public string Library { get; set; }

    public string SymbolVersion { get; set; }

    public override bool Execute()
    {
        if (LibstdcxxHas(SymbolVersion))
        {
            return true;
        }

        var elf = File.ReadAllBytes(Library);
        if (elf.Length < 64 || elf[0] != 0x7f || elf[4] != 2)
        {
            return true; // not a 64-bit ELF file
        }

        var changed = false;
        foreach (var flags in FlagsOf(elf, SymbolVersion))
        {
            changed |= (elf[flags] & Weak) == 0;
            elf[flags] |= (byte)Weak;
        }

        if (changed)
        {
            OwnFile.Replace(Library, elf);
            Log.LogMessage(MessageImportance.Normal, "{0}: need of {1} marked weak.", Library, SymbolVersion);
        }

        return true;
    }

    private static bool LibstdcxxHas(string version)
    {
        var latin1 = Encoding.GetEncoding("iso-8859-1"); // a character a byte
        return new[] { "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib" }
            .Select(folder => Path.Combine(folder, "libstdc++.so.6"))
            .Where(File.Exists)
            .Any(file => latin1.GetString(File.ReadAllBytes(file)).IndexOf(version + "\0", StringComparison.Ordinal) >= 0);
    }

    /// <summary>Offsets of vna_flags of every Vernaux entry named <paramref name="version"/>.</summary>
    private static IEnumerable<int> FlagsOf(byte[] elf, string version)
    {
        var sections = (int)BitConverter.ToUInt64(elf, 0x28); // e_shoff
        int size = BitConverter.ToUInt16(elf, 0x3A), count = BitConverter.ToUInt16(elf, 0x3C);
        for (var i = 0; i < count; i++)
        {
            var section = sections + i * size;
            if (BitConverter.ToUInt32(elf, section + 4) != GnuVersionNeed)
            {
                continue;
            }

            var strings = sections + (int)BitConverter.ToUInt32(elf, section + 0x28) * size; // sh_link
            var names = (int)BitConverter.ToUInt64(elf, strings + 0x18);
            var need = (int)BitConverter.ToUInt64(elf, section + 0x18); // sh_offset
            while (true)
            {
                var entry = need + (int)BitConverter.ToUInt32(elf, need + 8); // vn_aux
                for (var left = BitConverter.ToUInt16(elf, need + 2); left > 0; left--)
                {
                    var name = names + (int)BitConverter.ToUInt32(elf, entry + 8); // vna_name
                    var end = Array.IndexOf(elf, (byte)0, name);
                    if (Encoding.ASCII.GetString(elf, name, end - name) == version)
                    {
                        yield return entry + 4; // vna_flags
                    }

                    entry += (int)BitConverter.ToUInt32(elf, entry + 12); // vna_next
                }

                var next = (int)BitConverter.ToUInt32(elf, need + 12); // vn_next
                if (next == 0)
                {
                    break;
                }

                need += next;
            }
        }
    }
}

internal static class OwnFile
{
    /// <summary>Puts a new file in the place of one that may be a hard link into the package cache: never writes through it.</summary>
    public static void Replace(string library, byte[] content)
    {
        var written = File.GetLastWriteTimeUtc(library);
        var copy = library + ".mended";
        File.WriteAllBytes(copy, content);
        File.SetLastWriteTimeUtc(copy, written);
        File.Delete(library);
        File.Move(copy, library);
    }
}
