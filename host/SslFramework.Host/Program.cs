using SslFramework.Host.Commands;

return SslCommand.Run(args);
