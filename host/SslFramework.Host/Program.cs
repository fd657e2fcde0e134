using SslFramework.Host.Commands;
using SslFramework.Host.Runs;
using SslFramework.Host.Terminal;

FastAllocator.Take(args);
Console.SetError(new PatientWriter(Console.Error));
return SslCommand.Run(args);
