using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Text;

namespace SslFramework.Core.Processors;

/// <summary>A native library of this process whose file lists functions that it does not export (ELF, 64 bits).</summary>
/// <param name="File">Path of the library's file.</param>
/// <param name="Base">The address that its own addresses are relative to.</param>
internal sealed record LoadedLibrary(string File, nint Base)
{
    private const uint SymbolTable = 2; // SHT_SYMTAB
    private const byte LocalFunction = 2; // STB_LOCAL << 4 | STT_FUNC

    /// <summary>The library that an address belongs to; null if that is unknown, as on systems other than Linux.</summary>
    public static LoadedLibrary? At(nint address)
    {
        const string Maps = "/proc/self/maps";
        if (!System.IO.File.Exists(Maps))
        {
            return null;
        }

        var mapped = System.IO.File.ReadLines(Maps).Select(Mapping.Parse).OfType<Mapping>().ToList();
        return mapped.Find(mapping => mapping.Start <= address && address < mapping.End) is { } own
            && mapped.Find(mapping => mapping.File == own.File && mapping.Offset == 0) is { } first
            ? new(own.File, (nint)first.Start)
            : null;
    }

    /// <summary>The address of a function that is local to the library; null if its file has no symbol table or does not list it.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read.</exception>
    public unsafe nint? Find(string function)
    {
        var length = checked((int)new FileInfo(File).Length);
        using var mapped = MemoryMappedFile.CreateFromFile(File, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using var view = mapped.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* first = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref first);
        try
        {
            return ValueOf(new ReadOnlySpan<byte>(first, length), Encoding.ASCII.GetBytes(function + '\0')) is { } value
                ? Base + (nint)value
                : null;
        }
        catch (ArgumentOutOfRangeException)
        {
            return null; // the tables do not lie within the file
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    /// <summary>The value of a local function's symbol: its distance from the base.</summary>
    private static long? ValueOf(ReadOnlySpan<byte> file, ReadOnlySpan<byte> name)
    {
        if (!file.StartsWith("\u007fELF\u0002\u0001"u8)) // 64 bits, little endian
        {
            return null;
        }

        var table = MemoryMarshal.Read<SectionTable>(file[40..]);
        var sections = MemoryMarshal.Cast<byte, Section>(file[(int)table.Offset..])[..table.Count];
        foreach (ref readonly var section in sections)
        {
            if (section.Type != SymbolTable)
            {
                continue;
            }

            var names = file[(int)sections[(int)section.Link].Offset..];
            foreach (ref readonly var symbol in MemoryMarshal.Cast<byte, Symbol>(file.Slice((int)section.Offset, (int)section.Size)))
            {
                if (symbol.Info == LocalFunction && names[(int)symbol.Name..].StartsWith(name))
                {
                    return (long)symbol.Value;
                }
            }
        }

        return null;
    }

    /// <summary>A line such as <c>7f00-7f10 r-xp 00001000 fe:00 1234   /…/libtorch_cpu.so</c>.</summary>
    private sealed record Mapping(long Start, long End, long Offset, string File)
    {
        public static Mapping? Parse(string line)
        {
            var slash = line.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0)
            {
                return null; // the stack, the heap
            }

            var words = line.Split(' ', 4);
            var range = words[0].Split('-');
            return new(Convert.ToInt64(range[0], 16), Convert.ToInt64(range[1], 16), Convert.ToInt64(words[2], 16), line[slash..]);
        }
    }

    /// <summary>The end of a file's header, from its byte 40 on.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 24)]
    private readonly struct SectionTable
    {
        [FieldOffset(0)]
        public readonly long Offset;

        [FieldOffset(20)]
        public readonly ushort Count;
    }

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private readonly struct Section
    {
        [FieldOffset(4)]
        public readonly uint Type;

        [FieldOffset(24)]
        public readonly long Offset;

        [FieldOffset(32)]
        public readonly long Size;

        [FieldOffset(40)]
        public readonly uint Link;
    }

    [StructLayout(LayoutKind.Explicit, Size = 24)]
    private readonly struct Symbol
    {
        [FieldOffset(0)]
        public readonly uint Name;

        [FieldOffset(4)]
        public readonly byte Info;

        [FieldOffset(8)]
        public readonly ulong Value;
    }
}
