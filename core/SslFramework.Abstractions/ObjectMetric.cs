namespace SslFramework;

/// <summary>The rules by which detections are compared with a data set's objects.</summary>
public enum ObjectMetric
{
    /// <summary>COCO's.</summary>
    Coco,

    /// <summary>LVIS's, whose images are not searched for every class.</summary>
    Lvis,

    /// <summary>PASCAL VOC's from 2010 on: the area under the curve.</summary>
    Voc,

    /// <summary>PASCAL VOC's of 2007: eleven points of the curve.</summary>
    Voc2007,

    /// <summary>Cityscapes', of masks.</summary>
    Cityscapes,
}
