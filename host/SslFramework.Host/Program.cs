using SslFramework.Host.Commands;
using SslFramework.Host.Terminal;

Console.SetError(new PatientWriter(Console.Error));
return SslCommand.Run(args);
