@echo off
rem What a change must pass: code style, a build without warnings, all tests. build.sh does the same and more on Linux.
cd /d "%~dp0"
dotnet restore SslFramework.sln || exit /b 1
dotnet format SslFramework.sln --no-restore --verify-no-changes || (echo Run 'dotnet format SslFramework.sln'.& exit /b 1)
dotnet build -c Release --no-restore SslFramework.sln || exit /b 1
artifacts\bin\SslFramework.Host\release\ssl doctor
dotnet test -c Release
exit /b %ERRORLEVEL%
