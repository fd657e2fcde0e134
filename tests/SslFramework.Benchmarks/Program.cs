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
return new RootCommand("Speed, side by side with others.") { loader }.Parse(args).Invoke();
