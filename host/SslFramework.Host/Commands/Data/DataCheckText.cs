using System.Globalization;
using SslFramework.Core.Data;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands.Data;

/// <summary>What <c>ssl data check</c> prints for people.</summary>
internal static class DataCheckText
{
    private const int Shown = 20;
    private const int ShownOfAGroup = 3;

    public static void Print(string path, DataCheck check)
    {
        ResultConsole.WriteLine($"{path}: {check.Images:N0} images, {DataCommand.Size(check.Bytes)}; JPEGs decoded by {check.JpegDecoder}");
        if (check.Sizes is { } sizes)
        {
            ResultConsole.WriteLine(
                $"sizes (width × height)  {Size(sizes.Smallest)} to {Size(sizes.Largest)}, median {Size(sizes.Median)}");
        }

        if (check.Classes.Count > 0)
        {
            List("classes", [.. check.Classes.Select(c => $"{c.Images,7:N0}  {c.Name}")]);
        }

        if (check.Unlabelled > 0)
        {
            ResultConsole.WriteLine($"without a class  {check.Unlabelled:N0}");
        }

        PrintTraits(check);
        check.Notes.ToList().ForEach(ResultConsole.WriteLine);
        List("images that are equal byte for byte", [.. check.Duplicates.Select(Group)]);
        List("bad images", [.. check.Bad.Select(bad => bad.Reason)]);
        if (check.Unread.Count > 0)
        {
            List("images that cannot be read", [.. check.Unread.Select(unread => unread.Reason)]);
        }
    }

    private static void PrintTraits(DataCheck check)
    {
        if (check.Alpha.Images > 0)
        {
            var suspect = check.Alpha.Suspect == 0 ? "" :
                $", and {check.Alpha.Suspect:N0} of them become (almost) one grey, as transparency lies on mid-grey; "
                + "if the channel is something else, --set data.alpha=drop leaves it out, here as in training";
            ResultConsole.WriteLine($"images with an alpha channel  {check.Alpha.Images:N0}{suspect}");
        }

        if (check.SixteenBits.Images > 0)
        {
            var suspect = check.SixteenBits.Suspect == 0 ? "" :
                $"; {check.SixteenBits.Suspect:N0} of them use few of the 256 levels that are left (as few as {check.FewestLevels}) "
                + "and are almost of one brightness: multiply their values, so that they fill the 16 bits, and write them anew";
            ResultConsole.WriteLine($"images of 16 bits  {check.SixteenBits.Images:N0}, of which the upper 8 are read{suspect}");
        }
    }

    private static string Group(IReadOnlyList<string> equal)
    {
        var more = equal.Count > ShownOfAGroup ? $"  and {equal.Count - ShownOfAGroup:N0} more" : "";
        return string.Join("  =  ", equal.Take(ShownOfAGroup)) + more;
    }

    private static void List(string title, string[] lines)
    {
        ResultConsole.WriteLine($"{title}  {(lines.Length == 0 ? "none" : lines.Length.ToString("N0", CultureInfo.InvariantCulture))}");
        foreach (var line in lines.Take(Shown))
        {
            ResultConsole.WriteLine($"  {line}");
        }

        if (lines.Length > Shown)
        {
            ResultConsole.WriteLine($"  and {lines.Length - Shown:N0} more; --json lists all");
        }
    }

    private static string Size(ImageSize size) => $"{size.Width} × {size.Height}";
}
