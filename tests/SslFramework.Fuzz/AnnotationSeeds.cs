using System.Text;

namespace SslFramework.Fuzz;

/// <summary>Small sound annotations and lists, and the words of their formats.</summary>
internal static class AnnotationSeeds
{
    /// <summary>Of COCO's form, beside those of JSON.</summary>
    public static IReadOnlyList<string> CocoWords { get; } =
    [
        "\"images\":", "\"annotations\":", "\"categories\":", "\"id\":", "\"image_id\":", "\"category_id\":", "\"bbox\":", "\"segmentation\":", "\"counts\":", "\"size\":",
        "\"keypoints\":", "\"iscrowd\":", "\"height\":", "\"width\":", "\"file_name\":", "\"coco_url\":", "\"../\"", "[0,0,1,1]", "[8,8]", "65535", "1e300", "[[1,1,9,1,9,9]]",
    ];

    /// <summary>Of VOC's XML.</summary>
    public static IReadOnlyList<string> VocWords { get; } =
    [
        "<annotation>", "</annotation>", "<object>", "</object>", "<name>", "</name>", "<bndbox>", "<xmin>", "</xmax>", "<!DOCTYPE a [<!ENTITY b \"c\">]>", "&b;", "&#0;", "<![CDATA[",
        "]]>", "<?xml version=\"1.0\"?>", "dog", "NaN", "1e308", "-1", "<a:b/>", "xmlns=\"x\"",
    ];

    /// <summary>Of lists.</summary>
    public static IReadOnlyList<string> ListWords { get; } = ["\n", "\r\n", " ", ",", "\"", "../", "/", "\\", "\0", "0", "999999999", "2147483648", "\ufeff", "a.jpg 1\n"];

    /// <summary>Objects with masks of all three forms, and with keypoints.</summary>
    public static IEnumerable<byte[]> Coco() => new[]
    {
        """
        {"images":[{"id":1,"file_name":"a.jpg","height":8,"width":8},{"id":2,"file_name":"b/c.jpg","height":4,"width":6}],"categories":[{"id":3,"name":"x"},{"id":1,"name":"y"}],
        "annotations":[{"id":1,"image_id":1,"category_id":3,"bbox":[1,1,5.5,4],"area":9,"iscrowd":0,"segmentation":[[1,1,6,1,6,5]]},
        {"id":2,"image_id":1,"category_id":1,"bbox":[0,0,8,8],"iscrowd":1,"segmentation":{"counts":[20,24,20],"size":[8,8]}},
        {"id":3,"image_id":2,"category_id":1,"bbox":[0,0,2,2],"segmentation":{"counts":"88H","size":[4,6]}}]}
        """,
        """
        {"annotations":[{"id":0,"image_id":0,"category_id":1,"bbox":[0,0,4,4],"keypoints":[1,1,2,0,0,0],"segmentation":[[0,0,4,0,4,4,0,4],[5,5,7,5,7,7]]}],
        "images":[{"id":0,"file_name":"a.jpg","height":8,"width":8}],"categories":[{"id":1,"name":"person","keypoints":["nose","tail"]}]}
        """,
    }.Select(Encoding.UTF8.GetBytes);

    /// <summary>Objects of an image that was not searched for every class.</summary>
    public static IEnumerable<byte[]> Lvis() => new[]
    {
        """
        {"images":[{"id":1,"coco_url":"http://x/train2017/1.jpg","height":8,"width":8,"neg_category_ids":[2],"not_exhaustive_category_ids":[1]}],
        "categories":[{"id":1,"name":"x"},{"id":2,"name":"y"}],"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,5,4],"segmentation":[[1,1,6,1,6,5]]}]}
        """,
    }.Select(Encoding.UTF8.GetBytes);

    /// <summary>One class per image.</summary>
    public static IEnumerable<byte[]> Classes() => new[]
    {
        """{"images":[{"id":1,"file_name":"a.jpg"},{"id":2,"file_name":"b.jpg"}],"categories":[{"id":7,"name":"x"}],"annotations":[{"id":1,"image_id":2,"category_id":7}]}""",
    }.Select(Encoding.UTF8.GetBytes);

    /// <summary>Two objects, one with a part that has a box of its own.</summary>
    public static IEnumerable<byte[]> Voc() => new[]
    {
        """
        <annotation><size><width>9</width></size><object><name>dog</name><difficult>1</difficult><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>5</xmax><ymax>6.5</ymax></bndbox></object>
        <object><name>cat</name><part><name>head</name><bndbox><xmin>1</xmin></bndbox></part><bndbox><xmax>3</xmax><xmin>1</xmin><ymin>1</ymin><ymax>4</ymax></bndbox></object></annotation>
        """,
    }.Select(Encoding.UTF8.GetBytes);

    /// <summary>Lists of text.</summary>
    public static IEnumerable<byte[]> Lists() => new[] { "a/b.jpg 1\nc.jpg 0\n", "b.jpg red\nc.jpg deep blue\n", "x/b.jpg\n" }.Select(Encoding.UTF8.GetBytes);

    /// <summary>Lists of comma-separated values.</summary>
    public static IEnumerable<byte[]> Tables() => new[] { "a/b.jpg,1\nc.jpg,0\n", "\"b, c.jpg\",\"red \"\"x\"\"\"\n" }.Select(Encoding.UTF8.GetBytes);

    /// <summary>Lists of JSON.</summary>
    public static IEnumerable<byte[]> Groups() => new[] { """{"x":["x/1.jpg","x/2.jpg"],"y":["y/3.jpg"]}""", """[["a.jpg",1],["b.jpg","0"]]""" }.Select(Encoding.UTF8.GetBytes);

    /// <summary>A name in each line.</summary>
    public static byte[] NamesOf(int count, string beginning) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, count).Select(number => $"{beginning}x{number}\n")));
}
