@echo off
rem Starts lmcp with the Deno that install.ps1 put beside it. Untested on a machine.
setlocal
set "DENO_NO_UPDATE_CHECK=1"
set "DENO_DIR=%LOCALAPPDATA%\lmcp\cache"
"%~dp0deno.exe" run --quiet --allow-all --no-config --no-lock --cached-only --no-remote --no-npm --unstable-no-legacy-abort "%~dp0lmcp.js" %*
exit /b %ERRORLEVEL%
