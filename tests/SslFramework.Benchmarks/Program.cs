using System.CommandLine;
using SslFramework.Benchmarks;

var images = new Option<DirectoryInfo>("--images") { Description = "A folder of photographs.", Required = true };
var peer = new Option<string?>("--peer") { Description = "Starts a Python with torch, torchvision and Pillow, such as \"python3\"." };
var peerImages = new Option<string?>("--peer-images") { Description = "The folder as that Python sees it, if it sees another." };
var workers = new Option<int>("--workers") { Description = "Threads here, processes there.", DefaultValueFactory = _ => 2 };
var rounds = new Option<int>("--rounds") { Description = "Timed epochs of each.", DefaultValueFactory = _ => 5 };
var only = new Option<string?>("--only") { Description = "One recipe." };
var loader = new Command("loader", "Images a second: this loader, the peer's DataLoader and decoding alone.")
{
    images, peer, peerImages, workers, rounds, only,
};
loader.SetAction(result =>
{
    var folder = result.GetRequiredValue(images);
    var comparison = new LoaderComparison(
        folder.FullName, result.GetValue(peer), result.GetValue(peerImages) ?? folder.FullName, result.GetValue(workers), result.GetValue(rounds));
    comparison.Run(result.GetValue(only));
});

var decode = new Command("decode", "Milliseconds of decoding JPEGs, beside libjpeg-turbo.") { images, rounds };
decode.SetAction(result => DecodeTiming.Run(result.GetRequiredValue(images).FullName, result.GetValue(rounds)));

var stepPeer = new Option<string?>("--peer") { Description = "Starts a Python with torch, such as \"python3\"." };
var stepRounds = new Option<int>("--rounds") { Description = "Runs of each, in turns.", DefaultValueFactory = _ => 3 };
var steps = new Option<int>("--steps") { Description = "Timed steps of a run.", DefaultValueFactory = _ => 5 };
var threads = new Option<int>("--threads") { Description = "Tensor threads of both.", DefaultValueFactory = _ => Environment.ProcessorCount };
var methods = new Option<string[]>("--methods") { Description = "Some methods.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => StepExperiments.Methods };
var sizes = new Option<string[]>("--sizes") { Description = "Some sizes.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => StepExperiments.Sizes };
var precisions = new Option<string[]>("--precisions") { Description = "Some precisions.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["fp32", "bf16"] };
var device = new Option<string>("--device") { Description = "cpu or cuda.", DefaultValueFactory = _ => "cpu" };
var ssl = new Option<string>("--ssl") { Description = "The program.", DefaultValueFactory = _ => "artifacts/bin/SslFramework.Host/release/ssl" };
var step = new Command("step", "Time and memory of a training step: every method, three sizes, two precisions.")
{
    stepPeer, stepRounds, steps, threads, methods, sizes, precisions, device, ssl,
};
step.SetAction(result => new StepComparison(
    result.GetRequiredValue(ssl), result.GetValue(stepPeer), result.GetValue(stepRounds), result.GetValue(steps), result.GetValue(threads), result.GetRequiredValue(device)).Run(
    from size in result.GetRequiredValue(sizes)
    from method in result.GetRequiredValue(methods)
    from precision in result.GetRequiredValue(precisions)
    select (method, size, precision)));
var evaluation = new Command("evaluation", "Seconds of kNN and of linear probes.") { threads };
evaluation.SetAction(result => EvaluationTiming.Run(result.GetValue(threads)));
var detection = new Command("detection", "Milliseconds of RoIAlign, of non-maximum suppression and of COCO's numbers.") { threads };
detection.SetAction(result => DetectionTiming.Run(result.GetValue(threads)));
var batch = new Option<int>("--images") { Description = "Images of a step.", DefaultValueFactory = _ => 16 };
var side = new Option<int>("--side") { Description = "Their side.", DefaultValueFactory = _ => 224 };
var network = new Option<int?>("--network") { Description = "One network by number, in this process.", Hidden = true };
var memory = new Command("memory", "Peak memory of a step of ResNet-50 and of RevNet-50, each in a process of its own.") { batch, side, network };
memory.SetAction(result =>
{
    if (result.GetValue(network) is { } number)
    {
        StepMemory.Measure(number, result.GetValue(batch), result.GetValue(side));
    }
    else
    {
        StepMemory.Run(result.GetValue(batch), result.GetValue(side));
    }
});
var manyImages = new Option<DirectoryInfo>("--images") { Description = "A folder of many images.", Required = true };
var index = new Command("index", "Seconds until a folder of images is ready, the first time and later, and the memory of its index.") { manyImages };
index.SetAction(result => IndexTiming.Run(result.GetRequiredValue(manyImages)));
var annotationFile = new Option<FileInfo>("--file") { Description = "A file in COCO's form.", Required = true };
var annotations = new Command("annotations", "Seconds until a file in COCO's form is ready, the first time and later, and until all objects are read; memory.") { annotationFile };
annotations.SetAction(result => AnnotationTiming.Run(result.GetRequiredValue(annotationFile)));
var allReduce = new Command("allreduce", "Milliseconds of a sum of 100 MB over the processes of mpirun.");
allReduce.SetAction(_ => AllReduceTiming.Run());
return new RootCommand("Speed, side by side with others.") { loader, decode, step, evaluation, detection, memory, index, annotations, allReduce }.Parse(args).Invoke();
