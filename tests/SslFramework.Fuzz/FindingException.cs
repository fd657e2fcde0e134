using System.Security.Cryptography;

namespace SslFramework.Fuzz;

/// <summary>An input on which a parser does what it must not.</summary>
internal sealed class FindingException(FuzzTarget target, byte[] input, string fault, Exception? inner = null)
    : Exception($"{target.Name}: {fault}", inner)
{
    /// <summary>Writes the input where it is found again; it belongs into the corpus once the parser is mended.</summary>
    /// <returns>The file.</returns>
    public string Save(string folder)
    {
        var file = Path.Combine(Directory.CreateDirectory(folder).FullName, $"{target.Name}-{Convert.ToHexStringLower(SHA256.HashData(input))[..16]}");
        File.WriteAllBytes(file, input);
        return file;
    }
}
