using SslFramework.Core.Tensors;
using SslFramework.Plugins.Detection;

namespace SslFramework.Tests.Plugins.Detection;

[TestClass]
public class ViewTargetTests
{
    private static readonly ImageSize View = new(40, 60);

    [TestMethod]
    public void ToView_PartOfAnImage_IsShiftedAndScaled_AndMirroredFromTheOtherSide()
    {
        var plain = new ViewGeometry(10, 5, 30, 20, false) { Image = new(50, 50) };
        var box = new Box(15, 10, 6, 4);
        Assert.AreEqual(new Box(10, 10, 12, 8), new ViewPlaces(plain, View).ToView(box));
        Assert.AreEqual(new Box(38, 10, 12, 8), new ViewPlaces(plain with { Mirrored = true }, View).ToView(box));
        foreach (var places in new[] { new ViewPlaces(plain, View), new ViewPlaces(plain with { Mirrored = true }, View) })
        {
            Assert.AreEqual(box, places.ToImage(places.ToView(box)));
            Assert.AreEqual(17, places.ToImageX(places.ToViewX(17)), 1e-9);
        }
    }

    [TestMethod]
    public void Content_OnACanvas_IsWhereTheImageLies()
    {
        // An image of 20 × 30 fills 40 × 60 of a view of 64 × 64, whatever way it is turned.
        foreach (var (left, mirrored) in new[] { (0.0, false), (-2.0, true) })
        {
            var geometry = new ViewGeometry(left, 0, 32, 32, mirrored) { Image = new(20, 30) };
            Assert.AreEqual(new Box(0, 0, 60, 40), new ViewPlaces(geometry, new(64, 64)).Content);
        }
    }

    [TestMethod]
    public void Of_ABatch_ClipsBoxes_LeavesCrowdsOut_KeepsDifficultOnes_AndSwapsPoints()
    {
        AnnotatedObject[] objects =
        [
            new(1, new(-5, 0, 10, 10)) { Difficult = true, Keypoints = [new(1, 2, 2), new(3, 4, 1)] },
            new(0, new(0, 0, 9, 9)) { Crowd = true },
            new(0, new(100, 0, 9, 9)),
        ];
        using var scope = NewDisposeScope();
        var batch = new AnnotatedBatch(zeros(1, 1, 20, 20), [0], [new ViewGeometry(0, 0, 20, 20, true) { Image = new(20, 20) }]);
        var target = ViewTarget.Of(batch, new Told(objects))[0];
        var only = target.Objects.Single();
        Assert.AreEqual(new Box(15, 0, 5, 10), only.Box);
        CollectionAssert.AreEqual(new[] { new Keypoint(17, 4, 1), new Keypoint(19, 2, 2) }, only.Keypoints.ToArray());
    }

    [TestMethod]
    public void LevelOf_ABox_Is224PixelsPerStrideOf16()
    {
        double[] strides = [4, 8, 16, 32];
        CollectionAssert.AreEqual(
            new[] { 0, 0, 1, 1, 2, 2, 3, 3 },
            new[] { 10, 111.9, 112, 223.9, 224, 447.9, 448, 2000 }.Select(side => RoiPooler.LevelOf(new(0, 0, side, side), strides)).ToArray());
    }

    [TestMethod]
    public void Pool_BoxesOfSeveralMaps_ComeOutInTheirOrder()
    {
        using var scope = NewDisposeScope();
        Tensor[] maps = [full([1, 1, 64, 64], 1f), full([1, 1, 32, 32], 2f)];
        BoxOfImage[] boxes = [new(0, new(10, 10, 200, 200)), new(0, new(10, 10, 20, 20)), new(0, new(20, 20, 150, 150))];
        var pooled = RoiPooler.Pool(maps, [4, 8], boxes, 2);
        CollectionAssert.AreEqual(new[] { 2f, 1f, 2f }, pooled.mean([1, 2, 3]).round().data<float>().ToArray());
    }

    /// <summary>Images that all have the same objects.</summary>
    private sealed class Told(AnnotatedObject[] objects) : IAnnotatedImages
    {
        public AnnotationInfo Annotations => new(LabelKinds.Objects) { KeypointNames = ["left", "right"], FlipPairs = [(0, 1)] };

        public int Count => 1;

        public IReadOnlyList<string> Classes => [];

        public IReadOnlyList<int> Labels => [0];

        public bool Augmented => false;

        public ImageObjects Objects(int index) => new(objects);

        public IEnumerable<AnnotatedBatch> ReadAnnotated(int batchSize) => [];

        public IEnumerable<AnnotatedBatch> ReadAnnotatedShuffled(int batchSize, long seed, int epoch) => [];

        public IEnumerable<LabeledBatch> Read(int batchSize) => [];

        public IEnumerable<LabeledBatch> ReadShuffled(int batchSize, long seed, int epoch) => [];

        public ILabeledImages Select(IReadOnlyList<int> indices) => this;
    }
}
