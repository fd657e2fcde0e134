using System.Text.Json;
using SslFramework.Plugins.Detection;

namespace SslFramework.Tests.Plugins.Detection;

/// <summary>Torchvision's matcher and box coder, on boxes made by a formula.</summary>
[TestClass]
public class DetectionGoldenTests
{
    private static readonly JsonElement Reference = Golden.Open("detection.json");

    [TestMethod]
    public void Match_OfTheReference_IsMet()
    {
        foreach (var (name, matcher) in new[] { ("proposals", new Matcher(0.3, 0.7, everyObject: true)), ("detections", new Matcher(0.5, 0.5, everyObject: false)) })
        {
            var expected = Reference.GetProperty("matches").GetProperty(name).EnumerateArray().Select(one => one.GetInt32()).ToArray();
            CollectionAssert.AreEqual(expected, matcher.Match(Boxes("candidates"), Boxes("objects")), name);
            Assert.IsGreaterThan(2, expected.Count(one => one >= 0), name);
        }
    }

    [TestMethod]
    public void Coder_OfTheReference_IsMet()
    {
        var (candidates, objects, delta) = (Boxes("candidates"), Boxes("objects"), new float[4]);
        foreach (var (name, coder) in new[] { ("proposals", BoxCoder.OfProposals), ("detections", BoxCoder.OfDetections) })
        {
            var (deltas, decoded) = (Rows(Reference.GetProperty("deltas").GetProperty(name)), Rows(Reference.GetProperty("decoded").GetProperty(name)));
            for (var i = 0; i < deltas.Length; i++)
            {
                coder.Encode(candidates[i], objects[i % objects.Length], delta);
                for (var k = 0; k < 4; k++)
                {
                    Assert.AreEqual(deltas[i][k], delta[k], 1e-5 * (1 + Math.Abs(deltas[i][k])));
                }

                var box = coder.Decode(candidates[i], Array.ConvertAll(deltas[i], one => (float)(3 * one)));
                var sides = (double[])[box.Left, box.Top, box.Right, box.Bottom];
                for (var k = 0; k < 4; k++)
                {
                    Assert.AreEqual(decoded[i][k], sides[k], 1e-4 * (1 + Math.Abs(decoded[i][k])), $"{name} {i}");
                }
            }
        }
    }

    private static Box[] Boxes(string name) =>
        [.. Rows(Reference.GetProperty(name)).Select(one => new Box(one[0], one[1], one[2] - one[0], one[3] - one[1]))];

    private static double[][] Rows(JsonElement rows) =>
        [.. rows.EnumerateArray().Select(row => row.EnumerateArray().Select(one => one.GetDouble()).ToArray())];
}
