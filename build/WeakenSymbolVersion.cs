using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;

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
            // The output file may be a hard link into the package cache: never write through it.
            var written = File.GetLastWriteTimeUtc(Library);
            var copy = Library + ".weak";
            File.WriteAllBytes(copy, elf);
            File.SetLastWriteTimeUtc(copy, written);
            File.Delete(Library);
            File.Move(copy, Library);
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
