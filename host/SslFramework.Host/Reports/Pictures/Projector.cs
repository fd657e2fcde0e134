using System.Globalization;
using System.Text;
using SslFramework.Core.Storage;

namespace SslFramework.Host.Reports.Pictures;

/// <summary>
/// The files that TensorBoard's projector shows features from: the configuration beside the event files, and vectors, classes and
/// thumbnails in the folder <c>projector</c>.
/// https://github.com/tensorflow/tensorboard/blob/master/tensorboard/plugins/projector/projector_config.proto
/// </summary>
internal static class Projector
{
    private const string Folder = "projector";

    /// <exception cref="ExperimentException">A file cannot be written.</exception>
    public static void Write(string run, EmbeddedImages images)
    {
        Directory.CreateDirectory(Path.Combine(run, Folder));
        Save($"{Folder}/features.tsv", Lines(images.Features.Select(Numbers)));
        Save($"{Folder}/classes.tsv", Lines(images.Labels.Select(Class)));
        Save($"{Folder}/thumbnails.png", images.SpritePng());
        Save("projector_config.pbtxt", Encoding.UTF8.GetBytes($$"""
            embeddings {
              tensor_name: "features"
              tensor_path: "{{Folder}}/features.tsv"
              metadata_path: "{{Folder}}/classes.tsv"
              sprite {
                image_path: "{{Folder}}/thumbnails.png"
                single_image_dim: {{images.Side}}
                single_image_dim: {{images.Side}}
              }
            }

            """.ReplaceLineEndings("\n")));

        static string Numbers(float[] row) => string.Join('\t', row.Select(value => value.ToString("G6", CultureInfo.InvariantCulture)));

        string Class(int label) => label < images.Classes.Count ? Plain(images.Classes[label]) : "image";

        void Save(string file, byte[] content) => DurableFile.Write(Path.Combine(run, file), stream => stream.Write(content));
    }

    private static byte[] Lines(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));

    /// <summary>A class's name within a line.</summary>
    private static string Plain(string name) => name.ReplaceLineEndings(" ").Replace('\t', ' ');
}
