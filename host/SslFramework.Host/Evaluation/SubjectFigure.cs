using System.Text.Json.Serialization;

namespace SslFramework.Host.Evaluation;

/// <summary>What an evaluator drew.</summary>
/// <param name="Evaluator">The evaluator's name, as in its numbers.</param>
/// <param name="Subject">What was measured.</param>
/// <param name="Title">What the picture is called.</param>
/// <param name="File">Its file, in the folder of pictures beside that of the numbers.</param>
/// <param name="Backbone">Hash of the weights that were measured.</param>
internal sealed record SubjectFigure(string Evaluator, string Subject, string Title, string File, string? Backbone = null)
{
    /// <summary>A PNG file.</summary>
    [JsonIgnore]
    public byte[] Picture { get; init; } = [];

    /// <summary>Where the picture is.</summary>
    /// <param name="evaluation">The file of the numbers. Of what it says of the picture's place only a name is believed.</param>
    public string In(string evaluation) => Path.Combine(
        Path.GetDirectoryName(Path.GetFullPath(evaluation))!, Path.GetFileNameWithoutExtension(evaluation) + "-figures",
        Path.GetFileName(File));

    /// <summary>The same with a file of its own.</summary>
    /// <param name="number">No other picture's.</param>
    public SubjectFigure Numbered(int number) => this with
    {
        File = $"{number:00}-{string.Concat($"{Evaluator}-{Subject}".Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'))}.png",
    };
}
