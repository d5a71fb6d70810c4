@echo off
rem What the scheduled task "lmcp" runs: lmcp serve with the settings in lmcp.env. Untested.
setlocal
set "LMCP_OPTIONS="
if exist "%APPDATA%\lmcp\lmcp.env" (
  for /f "usebackq eol=# tokens=1* delims==" %%a in ("%APPDATA%\lmcp\lmcp.env") do set "%%a=%%~b"
)
call "%~dp0lmcp.cmd" serve --token-file "%APPDATA%\lmcp\token" %LMCP_OPTIONS% 2>>"%LOCALAPPDATA%\lmcp\lmcp.log"
exit /b %ERRORLEVEL%
