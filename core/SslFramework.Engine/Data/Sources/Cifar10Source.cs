namespace SslFramework.Engine.Data.Sources;

/// <summary>CIFAR-10: 60000 images of 32 × 32 in 10 classes.</summary>
internal sealed class Cifar10Source(CifarOptions options) : CifarSource(
    options,
    ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"],
    "test_batch.bin",
    "batches.meta.txt",
    labelBytes: 1,
    classCount: 10);
