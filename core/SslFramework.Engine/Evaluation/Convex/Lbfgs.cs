namespace SslFramework.Engine.Evaluation.Convex;

/// <summary>
/// Finds the minima of smooth convex functions by L-BFGS: several at a time, each with a history and a step of its own, so that one matrix
/// product serves all of them. Liu and Nocedal 1989, https://doi.org/10.1007/BF01589116
/// </summary>
/// <remarks>libtorch's own, as TorchSharp offers it, has no line search: its steps of a fixed length need not descend.</remarks>
internal static class Lbfgs
{
    private const int History = 10;
    private const int MostHalvings = 30;
    private const double Sufficient = 1e-4; // of the decrease that the slope promises
    private const double Rounding = 1e-14; // of a value, which near its minimum goes up and down by that much
    private const double Tiny = 1e-300;

    /// <summary>Minimizes all functions until each gradient is small.</summary>
    /// <param name="start">Where to begin: float64 [R, P], one function per row.</param>
    /// <param name="function">Values [R] and gradients [R, P] at a place [R, P]. A row's must depend on that row alone.</param>
    /// <param name="tolerance">The largest number that a gradient may have at the end.</param>
    /// <param name="iterations">The most steps.</param>
    /// <returns>The minima, [R, P].</returns>
    public static Tensor Minimize(
        Tensor start, Func<Tensor, (Tensor Values, Tensor Gradients)> function, double tolerance, int iterations)
    {
        using var scope = NewDisposeScope();
        using var gradientOff = no_grad();
        var now = At(start, function);
        var length = now.Gradients.norm(1, keepdim: true, p: 2).clamp_min(Tiny).reciprocal(); // [R, 1]: the first step has length 1
        var history = new Queue<Pair>();
        for (var i = 0; i < iterations; i++)
        {
            using var step = NewDisposeScope();
            var open = now.Gradients.abs().amax([1], keepdim: true).gt(tolerance); // [R, 1]
            if (!open.any().ToBoolean())
            {
                break;
            }

            var next = Search(now, Direction(now.Gradients, length, history).mul(open), function);
            var (moved, change) = (next.Places - now.Places, next.Gradients - now.Gradients);
            if (!moved.ne(0).any().ToBoolean())
            {
                break; // what is left is rounding
            }

            var curvature = moved.mul(change).sum(1, keepdim: true); // [R, 1], above 0 unless a row stood still
            var curved = curvature.gt(Tiny);
            var inverse = where(curved, curvature.clamp_min(Tiny).reciprocal(), zeros_like(curvature)); // 0 skips the pair
            length = where(curved, curvature / change.square().sum(1, keepdim: true).clamp_min(Tiny), length);
            history.Enqueue(new(moved.MoveToOuterDisposeScope(), change.MoveToOuterDisposeScope(), inverse.MoveToOuterDisposeScope()));
            if (history.Count > History)
            {
                history.Dequeue().Dispose();
            }

            now.Dispose();
            (now, length) = (next.MoveToOuterDisposeScope(), length.MoveToOuterDisposeScope());
        }

        return now.Places.MoveToOuterDisposeScope();
    }

    /// <summary>Minus the inverse Hessian, as the history tells it, times the gradient: [R, P].</summary>
    private static Tensor Direction(Tensor gradients, Tensor length, Queue<Pair> history)
    {
        var (direction, shares) = (gradients.neg(), new Stack<Tensor>());
        foreach (var pair in history.Reverse())
        {
            shares.Push(pair.Moved.mul(direction).sum(1, keepdim: true).mul_(pair.Inverse)); // [R, 1]
            direction.addcmul_(shares.Peek(), pair.Change, -1);
        }

        direction.mul_(length);
        foreach (var pair in history)
        {
            var share = shares.Pop().sub_(pair.Change.mul(direction).sum(1, keepdim: true).mul_(pair.Inverse));
            direction.addcmul_(share, pair.Moved, 1);
        }

        return direction;
    }

    /// <summary>Halves the step of each row until its value falls enough (Armijo); a row whose value does not fall stays.</summary>
    private static Point Search(Point now, Tensor direction, Func<Tensor, (Tensor Values, Tensor Gradients)> function)
    {
        var slope = direction.mul(now.Gradients).sum([1]); // [R]
        var size = ones_like(slope);
        var room = now.Values.abs().mul(Rounding);
        for (var halving = 0; halving < MostHalvings; halving++)
        {
            var next = At(now.Places.addcmul(direction, size.unsqueeze(1), 1), function);
            var falls = next.Values.le(now.Values + (size * slope * Sufficient) + room); // false for NaN
            if (falls.all().ToBoolean())
            {
                return next;
            }

            size = where(falls, size, halving == MostHalvings - 2 ? zeros_like(size) : size / 2);
        }

        return now.Copy();
    }

    private static Point At(Tensor places, Func<Tensor, (Tensor Values, Tensor Gradients)> function)
    {
        var (values, gradients) = function(places);
        return new(places.alias(), values, gradients);
    }

    /// <summary>Where all functions are evaluated, their values and their gradients.</summary>
    private sealed record Point(Tensor Places, Tensor Values, Tensor Gradients) : IDisposable
    {
        public Point Copy() => new(Places.alias(), Values.alias(), Gradients.alias());

        public Point MoveToOuterDisposeScope() =>
            new(Places.MoveToOuterDisposeScope(), Values.MoveToOuterDisposeScope(), Gradients.MoveToOuterDisposeScope());

        public void Dispose()
        {
            Places.Dispose();
            Values.Dispose();
            Gradients.Dispose();
        }
    }

    /// <summary>A step that was taken, how the gradient changed on it, and the inverse of their product.</summary>
    private sealed record Pair(Tensor Moved, Tensor Change, Tensor Inverse) : IDisposable
    {
        public void Dispose()
        {
            Moved.Dispose();
            Change.Dispose();
            Inverse.Dispose();
        }
    }
}
