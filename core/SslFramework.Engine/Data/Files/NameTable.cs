using System.Text;

namespace SslFramework.Engine.Data.Files;

/// <summary>Many short texts in two arrays, 4 bytes a text beside its own: a million strings would take 80 more.</summary>
internal sealed class NameTable
{
    private readonly byte[] texts; // UTF-8, one after the other
    private readonly uint[] ends;

    public NameTable(IReadOnlyList<string> names)
    {
        texts = new byte[names.Sum(name => (long)Encoding.UTF8.GetByteCount(name))];
        ends = new uint[names.Count];
        var end = 0;
        for (var i = 0; i < names.Count; i++)
        {
            end += Encoding.UTF8.GetBytes(names[i], texts.AsSpan(end));
            ends[i] = (uint)end;
        }
    }

    /// <exception cref="InvalidDataException">A text would end before it begins, or beyond all texts.</exception>
    public NameTable(IndexReader reader)
    {
        (texts, ends) = (reader.ReadArray<byte>(), reader.ReadArray<uint>());
        var before = 0u;
        foreach (var end in ends)
        {
            if (end < before || end > texts.Length)
            {
                throw new InvalidDataException("its names contradict themselves");
            }

            before = end;
        }
    }

    public int Count => ends.Length;

    public string this[int index]
    {
        get
        {
            var start = index == 0 ? 0 : (int)ends[index - 1];
            return Encoding.UTF8.GetString(texts.AsSpan(start, (int)ends[index] - start));
        }
    }

    public string[] ToArray() => [.. Enumerable.Range(0, Count).Select(i => this[i])];

    public bool SequenceEqual(NameTable other) => texts.AsSpan().SequenceEqual(other.texts) && ends.AsSpan().SequenceEqual(other.ends);

    public void Write(IndexWriter writer)
    {
        writer.Write(texts);
        writer.Write(ends);
    }
}
