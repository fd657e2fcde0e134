namespace TestPlugins.OlderTorch;

public static class OlderTorchLibrary
{
    public static double Vander(double x) => TorchSharp.torch.vander_of_old(x);
}
