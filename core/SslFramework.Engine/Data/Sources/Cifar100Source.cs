namespace SslFramework.Engine.Data.Sources;

/// <summary>CIFAR-100 with its fine labels: 60000 images of 32 × 32 in 100 classes.</summary>
internal sealed class Cifar100Source(CifarOptions options)
    : CifarSource(options, ["train.bin"], "test.bin", "fine_label_names.txt", labelBytes: 2, classCount: 100);
