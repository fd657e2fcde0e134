using SslFramework.Core.Processors;
using SslFramework.Host.Commands;
using SslFramework.Host.Machine;
using SslFramework.Host.Terminal;

FastAllocator.Take(args);
SignalStack.Enlarge();
PlainTerminal.Heed();
var errors = new PatientWriter(Console.Error);
Console.SetError(Console.IsErrorRedirected ? errors : new WrappedWriter(errors, ErrorTerminal.Width));
return SslCommand.Run(args);
