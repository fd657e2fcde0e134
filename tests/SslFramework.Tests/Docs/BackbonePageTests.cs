using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Docs;

/// <summary>docs/backbones.md says what the program does.</summary>
[TestClass]
public class BackbonePageTests
{
    [TestMethod]
    public void Table_OfThePage_IsThatOfTheCommand()
    {
        var (code, output, errors) = SslProgram.Run("components", "backbone", "--table");
        Assert.AreEqual(0, code, errors);
        var table = output.ReplaceLineEndings("\n").Trim();
        Assert.Contains("| `resnet50` | core | 23,508,032 | 4.09 G | 2048 | features |", table);
        Assert.Contains("| `vit-base` | core | 85,798,656 | 17.56 G | 768 | tokens |", table);
        StringAssert.Contains(new Page("docs/backbones.md").Text, table, "write the page's table again with 'ssl components backbone --table'");
    }

    /// <summary>Sizes are looked for where backbones are asked for, and only there.</summary>
    [TestMethod]
    public void Components_OfBackbones_TellTheirSizes()
    {
        StringAssert.Contains(SslProgram.Run("components", "resnext50").Output, "resnext50  (core)  22,979,904 parameters, 4.23 G multiply-adds at 224, 2048 features");
        StringAssert.Contains(SslProgram.Run("components", "backbone", "--json").Output, "\"multiplyAdds\": ");
        Assert.DoesNotContain("multiply-adds", SslProgram.Run("components").Output);
    }
}
