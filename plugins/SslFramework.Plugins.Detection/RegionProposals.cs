using TorchSharp.Modules;

namespace SslFramework.Plugins.Detection;

/// <summary>
/// Finds boxes that may hold an object of any class: at every place of every map it says for each anchor whether there is an object, and
/// how its box differs from the anchor. Ren et al. 2015, https://arxiv.org/abs/1506.01497
/// </summary>
internal sealed class RegionProposals : nn.Module
{
    private const double Deviation = 0.01;
    private const double MissedBelow = 0.3;
    private const double FoundFrom = 0.7;
    private const double MostOverlap = 0.7; // of two proposals
    private const double PositiveShare = 0.5;
    private const ulong Stream = 0; // of random numbers; other parts draw from others

    private static readonly Matcher Objects = new(MissedBelow, FoundFrom, everyObject: true);

    private readonly DetectionSettings settings;
    private readonly IReadOnlyList<double> strides;
    private readonly AnchorGenerator anchors;
    private readonly Sequential convolutions;
    private readonly Conv2d objectness;
    private readonly Conv2d deltas;

    /// <summary>Makes the head, which all maps share.</summary>
    /// <param name="neck">Gives the maps.</param>
    /// <param name="settings">The settings.</param>
    public RegionProposals(Neck neck, DetectionSettings settings)
        : base(nameof(RegionProposals))
    {
        (this.settings, strides) = (settings, neck.Strides);
        anchors = new(settings.AnchorsFor(neck.Strides.Count), settings.AnchorRatios);
        convolutions = nn.Sequential([.. Enumerable.Range(0, settings.ProposalConvolutions)
            .SelectMany(_ => (nn.Module<Tensor, Tensor>[])[NewLayers.Narrow(neck.Channels, neck.Channels, 3, Deviation), nn.ReLU()])]);
        var count = anchors.PerPlace[0];
        objectness = NewLayers.Narrow(neck.Channels, count, 1, Deviation);
        deltas = NewLayers.Narrow(neck.Channels, BoxCoder.Length * count, 1, Deviation);
        RegisterComponents();
    }

    /// <summary>What the head says of maps.</summary>
    /// <param name="maps">[N, C, H, W] each.</param>
    public IReadOnlyList<LevelOutput> Outputs(IReadOnlyList<Tensor> maps)
    {
        using var scope = NewDisposeScope();
        return [.. maps.Select((map, level) =>
        {
            var (rows, columns) = ((int)map.shape[2], (int)map.shape[3]);
            var x = convolutions.call(map);
            var logits = objectness.call(x).AtLeastFloat32().permute(0, 2, 3, 1).flatten(1); // [N, H·W·A]
            var differences = deltas.call(x).AtLeastFloat32().view(map.shape[0], -1, BoxCoder.Length, rows, columns) // [N, A, 4, H, W]
                .permute(0, 3, 4, 1, 2).reshape(map.shape[0], -1, BoxCoder.Length); // [N, H·W·A, 4]
            return new LevelOutput(
                logits.MoveToOuterDisposeScope(),
                differences.MoveToOuterDisposeScope(),
                anchors.Of(level, strides[level], rows, columns));
        })];
    }

    /// <summary>The losses of classes and of boxes.</summary>
    /// <param name="outputs">What the head says of a batch.</param>
    /// <param name="targets">The objects, N.</param>
    /// <param name="step">The step's number.</param>
    /// <returns>Two scalars.</returns>
    public (Tensor Objectness, Tensor Boxes) Losses(IReadOnlyList<LevelOutput> outputs, ViewTarget[] targets, long step)
    {
        using var scope = NewDisposeScope();
        Box[] all = [.. outputs.SelectMany(level => level.Anchors)];
        var (chosen, found, wanted, labels) = (new List<long>(), new List<long>(), new List<float>(), new List<float>());
        var delta = new float[BoxCoder.Length];
        for (var n = 0; n < targets.Length; n++)
        {
            var matches = Objects.Match(all, targets[n].Boxes);
            var random = new SampleRandom((ulong)settings.Seed, (ulong)step, (ulong)targets[n].Index, Stream);
            var sample = BalancedSample.Draw(matches, settings.ProposalSamples, PositiveShare, random);
            foreach (var anchor in sample.Positives)
            {
                BoxCoder.OfProposals.Encode(all[anchor], targets[n].Boxes[matches[anchor]], delta);
                wanted.AddRange(delta);
                found.Add(((long)n * all.Length) + anchor);
            }

            chosen.AddRange(sample.Positives.Concat(sample.Negatives).Select(anchor => ((long)n * all.Length) + anchor));
            labels.AddRange([.. Enumerable.Repeat(1f, sample.Positives.Length), .. Enumerable.Repeat(0f, sample.Negatives.Length)]);
        }

        var logits = cat([.. outputs.Select(level => level.Logits)], 1).flatten(); // [N · anchors]
        var differences = cat([.. outputs.Select(level => level.Deltas)], 1).flatten(0, 1); // [N · anchors, 4]
        var device = logits.device;
        double norm = settings.ProposalSamples * targets.Length;
        var classes = nn.functional.binary_cross_entropy_with_logits(
            logits.index_select(0, tensor(chosen.ToArray(), device: device)),
            tensor(labels.ToArray(), device: device),
            reduction: nn.Reduction.Sum);
        var boxes = differences.index_select(0, tensor(found.ToArray(), device: device))
            .sub(tensor(wanted.ToArray(), [found.Count, BoxCoder.Length], device: device)).abs().sum();
        return (classes.div(norm).MoveToOuterDisposeScope(), boxes.div(norm).MoveToOuterDisposeScope());
    }

    /// <summary>The best boxes of each image, of all maps together.</summary>
    /// <param name="outputs">What the head says of a batch.</param>
    /// <param name="contents">For each image, the part of the view that shows it.</param>
    /// <param name="training">Whether they are learned from, or measured.</param>
    public Box[][] Proposals(IReadOnlyList<LevelOutput> outputs, IReadOnlyList<Box> contents, bool training)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var (before, after) = training
            ? (settings.CandidatesInTraining, settings.ProposalsInTraining) : (settings.Candidates, settings.Proposals);
        return [.. contents.Select((content, n) =>
        {
            var (boxes, scores, levels) = (new List<Box>(), new List<double>(), new List<int>());
            foreach (var (number, level) in outputs.Index())
            {
                using var own = NewDisposeScope();
                var (best, places) = level.Logits[n].topk(Math.Min(before, level.Anchors.Length));
                var (values, chosen) = (best.cpu().data<float>().ToArray(), places.cpu().data<long>().ToArray());
                var differences = level.Deltas[n].index_select(0, places).cpu().contiguous().data<float>().ToArray();
                for (var i = 0; i < values.Length; i++)
                {
                    var delta = differences.AsSpan(i * BoxCoder.Length, BoxCoder.Length);
                    var box = ViewPlaces.Clip(BoxCoder.OfProposals.Decode(level.Anchors[chosen[i]], delta), content);
                    if (box.Width > 0 && box.Height > 0)
                    {
                        boxes.Add(box);
                        scores.Add(values[i]);
                        levels.Add(number);
                    }
                }
            }

            Box[] found = [.. boxes];
            return Array.ConvertAll(
                NonMaximumSuppression.KeepByClass(found, scores.ToArray(), levels.ToArray(), MostOverlap, after), i => found[i]);
        })];
    }
}

/// <summary>What is said of the anchors of a map.</summary>
/// <param name="Logits">Whether each holds an object, [N, anchors].</param>
/// <param name="Deltas">How the object's box differs, [N, anchors, 4].</param>
/// <param name="Anchors">The anchors, the same for every image.</param>
internal sealed record LevelOutput(Tensor Logits, Tensor Deltas, Box[] Anchors);
