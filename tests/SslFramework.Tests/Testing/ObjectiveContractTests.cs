using SslFramework.Core.Objectives;
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
    [DataRow("random", "the same seed gave")]
    [DataRow("views", "were taken without a word")]
    [DataRow("device", "a tensor is made without its device")]
    [DataRow("replicas", "on 2 replicas the gradient")]
    public void Verify_AFault_IsNamed(string fault, string? sentence)
    {
        var contract = new ObjectiveContract(() => new Faulty(fault), 1, new ViewShape(1, 4, 4)) { SameGradientOnReplicas = true };
        if (sentence is null)
        {
            contract.Verify();
            return;
        }

        StringAssert.Contains(Assert.ThrowsExactly<ContractViolationException>(contract.Verify).Message, sentence);
    }

    private sealed class Plain : nn.Module, IBackbone
    {
        private readonly nn.Module<Tensor, Tensor> linear = nn.Linear(16, 4);

        public Plain()
            : base("plain") => RegisterComponents();

        public nn.Module Module => this;

        public int Channels => 1;

        public int FeatureDimension => 4;

        public IReadOnlyList<BackboneLayer> Layers => [new("linear", [.. linear.parameters()])];

        public Tensor Forward(Tensor images) => linear.call(images.flatten(1));

        public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => [Forward(images)];
    }

    private sealed class Faulty : PretextObjective<IBackbone>
    {
        private readonly string fault;
        private readonly nn.Module<Tensor, Tensor> head = nn.Linear(4, 2);
        private readonly List<Tensor> kept = [];
        private readonly Random random;
        private int steps;

        public Faulty(string fault)
            : base(new Plain())
        {
            this.fault = fault;
            random = new Random(GetHashCode());
            RegisterComponents();
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

            if (fault == "leak")
            {
                kept.Add(output.detach().DetachFromDisposeScope());
            }

            var loss = fault == "replicas" ? output.square().sum() : output.square().mean();
            loss = fault switch
            {
                "vector" => output.square().mean([1L]),
                "detached" => loss.detach(),
                "infinite" => loss * double.PositiveInfinity,
                "hidden" => loss * ++steps,
                "random" => loss * random.NextDouble(),
                _ => loss,
            };
            return new StepResult(loss, ("m", fault == "metric" ? loss * 1 : loss.detach()));
        }
    }
}
