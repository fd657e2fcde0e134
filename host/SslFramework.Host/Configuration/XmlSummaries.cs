using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace SslFramework.Host.Configuration;

/// <summary>What the documentation files beside assemblies say of types and properties; nothing where there is no file.</summary>
internal sealed partial class XmlSummaries
{
    private readonly Dictionary<Assembly, Dictionary<string, string>> files = [];

    /// <summary>A property's summary on one line, or null.</summary>
    public string? Of(PropertyInfo property) => Find(property.DeclaringType!, $"P:{Name(property.DeclaringType!)}.{property.Name}");

    /// <summary>A type's summary on one line, or null.</summary>
    public string? Of(Type type) => Find(type, $"T:{Name(type)}");

    private string? Find(Type type, string member)
    {
        if (!files.TryGetValue(type.Assembly, out var summaries))
        {
            files[type.Assembly] = summaries = Read(Path.ChangeExtension(type.Assembly.Location, ".xml"));
        }

        return summaries.GetValueOrDefault(member);
    }

    private static string Name(Type type) => type.FullName!.Replace('+', '.');

    private static Dictionary<string, string> Read(string file)
    {
        try
        {
            return !File.Exists(file) ? [] : XDocument.Load(file).Descendants("member")
                .Where(member => member.Element("summary") is not null)
                .ToDictionary(member => member.Attribute("name")!.Value, member => Plain(member.Element("summary")!));
        }
        catch (Exception e) when (e is IOException or XmlException or NullReferenceException or ArgumentException)
        {
            return []; // a schema without descriptions is one all the same
        }
    }

    private static string Plain(XElement summary)
    {
        var text = string.Concat(summary.Nodes().Select(node => node switch
        {
            XElement element when element.Attribute("cref") is { } cref => cref.Value.Split('.', ':')[^1],
            XElement element => element.Value,
            _ => node.ToString()
                .Replace("&lt;", "<", StringComparison.Ordinal)
                .Replace("&gt;", ">", StringComparison.Ordinal)
                .Replace("&amp;", "&", StringComparison.Ordinal),
        }));
        return Space().Replace(text, " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
