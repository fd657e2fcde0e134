using System.Diagnostics;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace SslFramework.Host.Failures;

/// <summary>Where the code of a plugin stands in its source, as <c>MyObjective.cs:42</c>, if its symbols (.pdb) lie beside it.</summary>
internal static class SourceLine
{
    /// <summary>Of a frame on a stack with file information.</summary>
    public static string? Of(StackFrame frame) =>
        frame.GetFileName() is { } file && frame.GetFileLineNumber() is > 0 and var line ? Told(file, line) : null;

    /// <summary>Where a method begins.</summary>
    public static string? Of(MethodBase? method)
    {
        try
        {
            if (method?.Module.Assembly.Location is not { Length: > 0 } assembly)
            {
                return null;
            }

            using var image = new PEReader(File.OpenRead(assembly));
            if (!image.TryOpenAssociatedPortablePdb(assembly, Open, out var symbols, out _) || symbols is null)
            {
                return null;
            }

            using (symbols)
            {
                var reader = symbols.GetMetadataReader();
                var handle = (MethodDefinitionHandle)MetadataTokens.EntityHandle(method.MetadataToken);
                var code = reader.GetMethodDebugInformation(handle.ToDebugInformationHandle());
                var begins = code.GetSequencePoints().FirstOrDefault(point => !point.IsHidden && !point.Document.IsNil);
                return begins.Document.IsNil ? null : Told(reader.GetString(reader.GetDocument(begins.Document).Name), begins.StartLine);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            return null; // a sentence is not worth less without
        }

        static FileStream? Open(string path) => File.Exists(path) ? File.OpenRead(path) : null;
    }

    /// <summary>Without the folders of the author's machine, which may be of another system.</summary>
    private static string Told(string file, int line) => $"{file[(file.LastIndexOfAny(['/', '\\']) + 1)..]}:{line}";
}
