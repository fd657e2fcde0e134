using System.Globalization;
using SslFramework.Host.Components;
using SslFramework.Host.Plugins;

namespace SslFramework.Host.Plans;

/// <summary>Every backbone that is installed, with its size.</summary>
internal static class BackboneTable
{
    /// <summary>Prints the table as Markdown. A backbone whose operations nobody has counted yet encodes an image.</summary>
    public static void Write(Installation installation)
    {
        Console.WriteLine("| backbone | of | parameters | multiply-adds at 224 | features | gives |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | --- |");
        foreach (var component in installation.Components.Of(typeof(IBackbone)).OrderBy(c => c.Descriptor.Name, StringComparer.Ordinal))
        {
            var size = NetworkSize.Of(component, installation, counts: true);
            var (parameters, features) = size is null ? ("", "") : (Text($"{size.Parameters:N0}"), Text($"{size.Features}"));
            var gives = size is null ? "" : size.IsOfTokens ? "tokens" : "features";
            var (name, operations) = (component.Descriptor.Name, Billions(size?.MultiplyAdds));
            Console.WriteLine($"| `{name}` | {component.Plugin} | {parameters} | {operations} | {features} | {gives} |");
        }
    }

    /// <summary>A backbone's size in a few words.</summary>
    public static string Sentence(NetworkSize size) =>
        Text($"{size.Parameters:N0} parameters, ")
        + (size.MultiplyAdds is null ? "" : $"{Billions(size.MultiplyAdds)} multiply-adds at {NetworkSize.Side}, ")
        + Text($"{size.Features} features");

    private static string Billions(long? count) => count is null ? "" : Text($"{count / 1e9:0.00} G");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
