using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Annotated;

/// <summary>
/// The objects of an image in PASCAL VOC's XML. Pixels count from 1 there, and both corners belong to a box: so the left and upper edges
/// are one lower, and the right and lower edges what the file says.
/// </summary>
internal static class VocAnnotation
{
    private const int LongestDocument = 10_000_000;
    private const int Farthest = 1_000_000;

    /// <summary>The classes in the order of their names, as everybody numbers them.</summary>
    public static IReadOnlyList<string> Classes { get; } =
    [
        "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
        "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
    ];

    /// <summary>Reads a file.</summary>
    /// <exception cref="ExperimentException">It is missing or damaged, or says what cannot be.</exception>
    public static IReadOnlyList<AnnotatedObject> Read(string file)
    {
        // No document type, and so no entities, which could name other files or grow without end.
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = LongestDocument,
            IgnoreComments = true,
        };
        try
        {
            using var stream = DataFile.Open(file);
            using var reader = XmlReader.Create(stream, settings);
            return [.. XDocument.Load(reader, LoadOptions.SetLineInfo).Root!.Elements("object").Select(element => Object(element, file))];
        }
        catch (XmlException e)
        {
            throw new ExperimentException(
                FailureKind.Data,
                $"'{file}' cannot be used: it is not the XML that is expected ({e.Message.TrimEnd('.')}); correct or download it again.",
                e);
        }
    }

    private static AnnotatedObject Object(XElement element, string file)
    {
        var name = element.Element("name")?.Value.Trim() ?? "";
        var ofClass = ((List<string>)[.. Classes]).IndexOf(name);
        if (ofClass < 0)
        {
            throw Bad(file, $"the object '{name}' is none of VOC's {Classes.Count} classes", element);
        }

        var around = element.Element("bndbox") ?? throw Bad(file, "an object has no \"bndbox\"", element);
        var (left, top, right, bottom) = (Edge("xmin") - 1, Edge("ymin") - 1, Edge("xmax"), Edge("ymax"));
        return right > left && bottom > top
            ? new(ofClass, new(left, top, right - left, bottom - top)) { Difficult = element.Element("difficult")?.Value.Trim() == "1" }
            : throw Bad(file, "a \"bndbox\" ends before it begins", around);

        double Edge(string edge)
        {
            var isNumber = double.TryParse(around.Element(edge)?.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
            return isNumber && Math.Abs(value) <= Farthest ? value : throw Bad(file, $"a \"bndbox\" has no possible \"{edge}\"", around);
        }
    }

    private static ExperimentException Bad(string file, string what, IXmlLineInfo place) => new(
        FailureKind.Data,
        string.Create(
            CultureInfo.InvariantCulture, $"'{file}' cannot be used: {what}, in line {place.LineNumber}; correct or download it again."));
}
