using SslFramework.Core.Objectives;
using SslFramework.Core.Tensors;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Testing;

/// <summary>The kit must find what it promises to find.</summary>
[TestClass]
public class ObjectiveContractTests
{
    [TestMethod]
    [DataRow("none", null)]
    [DataRow("vector", "the loss must be a scalar")]
    [DataRow("detached", "the loss has no gradient")]
    [DataRow("infinite", "the first loss is")]
    [DataRow("unused", "gets no gradient")]
    [DataRow("metric", "the metric \"m\" has a gradient")]
    [DataRow("hidden", "after save and load")]
    [DataRow("leak", "tensors were left behind")]
    [DataRow("random", "the same weights and seed gave")]
    [DataRow("views", "were taken without a word")]
    [DataRow("device", "a tensor is made without its device")]
    [DataRow("unregistered", "\"later\" of Faulty is not registered")]
    [DataRow("frozen", "three steps leave the backbone as it was")]
    [DataRow("bfloat16", "under autocast the loss is BFloat16")]
    [DataRow("cast", "under autocast the loss is")]
    [DataRow("replicas", "on 2 replicas the gradient")]
    [DataRow("rule", "The rule for \"predictor.*\" covers no parameter")]
    [DataRow("epoch", "BeginEpoch finds another \"clusters\" the second time")]
    [DataRow("epoch weights", "BeginEpoch changes a weight")]
    [DataRow("target", "the target \"target\" got a gradient")]
    public void Verify_AFault_IsNamed(string fault, string? sentence)
    {
        var contract = new ObjectiveContract(() => new Faulty(fault), 1, new ViewShape(1, 4, 4));
        if (sentence is null)
        {
            contract.VerifyAll();
            return;
        }

        StringAssert.Contains(Assert.ThrowsExactly<ContractViolationException>(contract.VerifyAll).Message, sentence);
    }

    /// <summary>A momentum teacher is the backbone, and there are as many views as the augmentation makes, of two shapes.</summary>
    [TestMethod]
    public void Verify_ATeacherAndViewsOfTwoShapes_Holds() =>
        new ObjectiveContract(() => new Teacher(), new ViewShape(1, 8, 8), new ViewShape(1, 8, 8), new ViewShape(1, 4, 4)).VerifyAll();

    /// <summary>Other tests may run at the same time: they draw the same numbers, on the same device.</summary>
    [TestMethod]
    public void Verify_AnObjective_LeavesTheProcessAsItIs()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var expected = randn(4).data<float>().ToArray();
        manual_seed(4);
        var device = get_default_device();
        new ObjectiveContract(() => new Faulty("none", drawsNothing: true), 1, new ViewShape(1, 4, 4)).Verify();
        Assert.AreEqual(device, get_default_device());
        CollectionAssert.AreEqual(expected, randn(4).data<float>().ToArray());
    }

    private sealed class Plain : nn.Module, IBackbone
    {
        private readonly nn.Module<Tensor, Tensor> linear;

        public Plain(bool drawsNothing = false)
            : base("plain")
        {
            using var state = drawsNothing ? new KeptRandomState() : null;
            linear = nn.Linear(16, 4);
            RegisterComponents();
        }

        public nn.Module Module => this;

        public int Channels => 1;

        public int FeatureDimension => 4;

        public IReadOnlyList<BackboneLayer> Layers => [new("linear", [.. linear.parameters()])];

        public Tensor Forward(Tensor images) => linear.call(images.flatten(1));

        public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => [Forward(images)];
    }

    /// <summary>The mean over a view, so that any size will do.</summary>
    private sealed class Mean : nn.Module, IBackbone
    {
        private readonly nn.Module<Tensor, Tensor> linear = nn.Linear(1, 4);

        public Mean()
            : base("mean") => RegisterComponents();

        public nn.Module Module => this;

        public int Channels => 1;

        public int FeatureDimension => 4;

        public IReadOnlyList<BackboneLayer> Layers => [new("linear", [.. linear.parameters()])];

        public Tensor Forward(Tensor images) => linear.call(images.mean([2, 3]));

        public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => [Forward(images)];
    }

    private sealed class Teacher : PretextObjective<IBackbone>
    {
        private readonly nn.Module<Tensor, Tensor> student;
        private readonly IBackbone trained;

        public Teacher()
            : base(new Mean())
        {
            var mean = new Mean();
            (trained, student) = (mean, nn.Sequential(nn.Linear(4, 4)));
            Momentum.Start(Backbone.Module, mean);
            RegisterComponents();
        }

        public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
        {
            Tensor target;
            using (no_grad())
            {
                target = Backbone.Forward(batch.Views[0]).AtLeastFloat32();
            }

            return new(stack(batch.Views.Select(view => (student.call(trained.Forward(view)).AtLeastFloat32() - target).square().mean())).mean());
        }

        public override void AfterUpdate(StepContext step) => Momentum.Update(Backbone.Module, trained.Module, 0.9);
    }

    private sealed class Faulty : PretextObjective<IBackbone>
    {
        private readonly string fault;
        private readonly nn.Module<Tensor, Tensor> head;
#pragma warning disable IDE0052 // The kit reads it.
        private readonly nn.Module<Tensor, Tensor>? later;
#pragma warning restore IDE0052
        private readonly Parameter target;
        private readonly Tensor clusters;
        private readonly List<Tensor> kept = [];
        private readonly Random random;
        private int steps;

        public Faulty(string fault, bool drawsNothing = false)
            : base(new Plain(drawsNothing))
        {
            this.fault = fault;
            using var state = drawsNothing ? new KeptRandomState() : null;
            head = nn.Linear(4, 2);
            random = new Random(GetHashCode());
            target = new Parameter(ones(1), requires_grad: false);
            clusters = zeros(1).DetachFromDisposeScope();
            RegisterComponents();
            later = fault == "unregistered" ? nn.Linear(4, 4) : null;
            if (fault == "frozen")
            {
                Backbone.Module.parameters().ToList().ForEach(parameter => parameter.requires_grad = false);
            }
        }

        public override IReadOnlyList<ParameterRule> Rules => fault == "rule" ? [new("predictor.*")] : [new("head.*") { LearningRate = 2 }];

        public override void BeginEpoch(EpochStart epoch)
        {
            foreach (var batch in epoch.ReadAll())
            {
                clusters.copy_(batch.Views[0].mean() * epoch.Random.Uniform(1)[0] * (fault == "epoch" ? random.NextDouble() : 1));
            }

            if (fault == "epoch weights")
            {
                Backbone.Module.parameters().First().add_(1);
            }
        }

        public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
        {
            var images = fault == "views" ? batch.Views[0] : batch.Single();
            var features = Backbone.Forward(images);
            var output = fault == "unused" ? features : head.call(features);
            if (fault == "device")
            {
                output = output + ones(2);
            }

            if (fault == "target")
            {
                target.requires_grad = false;
                target.grad = ones(1); // as a backward through a teacher leaves it
            }

            if (fault == "leak")
            {
                kept.Add(output.detach().DetachFromDisposeScope());
            }

            var loss = fault == "replicas" ? output.AtLeastFloat32().square().sum() : output.AtLeastFloat32().square().mean();
            loss = fault switch
            {
                "vector" => output.square().mean([1L]),
                "detached" => loss.detach(),
                "infinite" => loss * double.PositiveInfinity,
                "hidden" => loss * ++steps,
                "random" => loss * random.NextDouble(),
                "bfloat16" => loss.to(output.dtype),
                "cast" => output.dtype == ScalarType.BFloat16 ? loss + 5 : loss,
                _ => loss,
            };
            return new StepResult(loss, ("m", fault == "metric" ? loss * 1 : loss.detach()));
        }
    }
}
