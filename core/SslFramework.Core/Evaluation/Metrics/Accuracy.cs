namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>How often the true class is among the best.</summary>
public static class Accuracy
{
    /// <summary>With fewer classes, the five best would say nothing.</summary>
    public const int ClassesForTop5 = 5;

    /// <summary>The name of the mean over classes.</summary>
    public const string MeanOfClasses = "mean per class";

    /// <summary>
    /// The rank of the true class, 0 for the best. Among equal scores the lower class number comes first, as in argmax;
    /// C if the true class's score is NaN.
    /// </summary>
    /// <param name="scores">[N, C].</param>
    /// <param name="labels">int64 [N].</param>
    /// <returns>int64 [N].</returns>
    public static Tensor Ranks(Tensor scores, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var column = labels.unsqueeze(1); // [N, 1]
        var own = scores.gather(1, column); // [N, 1]
        var notLower = arange(scores.shape[1], int64, scores.device).ge(column); // [N, C]
        var notAhead = scores.lt(own).logical_or(scores.eq(own).logical_and(notLower)); // [N, C]; false everywhere for NaN
        return notAhead.logical_not().sum(1).MoveToOuterDisposeScope();
    }

    /// <summary>Percentage of ranks below <paramref name="best"/>.</summary>
    public static double Top(int best, Tensor ranks)
    {
        using var scope = NewDisposeScope();
        return 100.0 * ranks.lt(best).sum().item<long>() / ranks.shape[0]; // one division: 251 of 400 are 62.75, not a little less
    }

    /// <summary>The same as a named number with Wilson's interval.</summary>
    public static Measurement Top(int best, Tensor ranks, string metric)
    {
        var percentage = Top(best, ranks);
        return new(metric, percentage, Confidence.OfPercentage(percentage, ranks.shape[0]));
    }

    /// <summary>
    /// The mean over classes of the percentage of ranks below <paramref name="best"/> within the class, so that each class counts the same
    /// however many images it has. Classes without images are left out.
    /// </summary>
    /// <param name="best">1 for the best alone.</param>
    /// <param name="ranks">int64 [N].</param>
    /// <param name="labels">int64 [N].</param>
    public static double MeanPerClass(int best, Tensor ranks, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var all = labels.bincount(null); // [C]
        var hits = labels.masked_select(ranks.lt(best)).bincount(null, all.shape[0]); // [C]
        var present = all.gt(0);
        return 100 * (hits.masked_select(present).to(float64) / all.masked_select(present)).mean().item<double>();
    }

    /// <summary>The same as a named number with an interval from drawing the images anew.</summary>
    public static Measurement MeanPerClass(int best, Tensor ranks, Tensor labels, string metric)
    {
        using var scope = NewDisposeScope();
        var (places, classes) = (ranks.cpu().data<long>().ToArray(), labels.cpu().data<long>().ToArray());
        var value = MeanPerClass(best, ranks, labels);
        return new(metric, value, Confidence.OfDraws(value, places.Length, images => 100 * images
            .GroupBy(image => classes[image]).Average(group => group.Average(image => places[image] < best ? 1.0 : 0))));
    }
}
