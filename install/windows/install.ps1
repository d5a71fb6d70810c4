# Installs lmcp on Windows for this user, from the checkout that this is in: program, token and a
# scheduled task that serves from logon on. Needs Deno, and Git for Windows for its bash. Safe to run
# again: it then updates the program, and keeps token and settings. Untested on a machine.
#
# Not supported on Windows, as lmcp does not have it there: shell_bg and the job tools (they need a
# POSIX sh), process groups (what a cancelled command started may live on), file modes, --root
# against links that change underneath, and the hub's ssh fallback to a Windows host.
[CmdletBinding(SupportsShouldProcess)]
param(
  # Address to listen on; written to lmcp.env.
  [ValidatePattern('^[0-9A-Za-z.:%_-]+$')]
  [string] $HostAddress,
  # Port to listen on; written to lmcp.env.
  [ValidateRange(1, 65535)]
  [int] $Port,
  # A file with the token to take over, alone in it or as ".godparticle = TOKEN".
  [string] $TokenFrom,
  # Install, but make no scheduled task.
  [switch] $NoStart
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$top = Split-Path -Parent (Split-Path -Parent $PSScriptRoot)
$lib = Join-Path $env:LOCALAPPDATA 'lmcp'
$config = Join-Path $env:APPDATA 'lmcp'
$tokenFile = Join-Path $config 'token'
$settings = Join-Path $config 'lmcp.env'
$utf8 = New-Object System.Text.UTF8Encoding $false

function Find-Deno {
  $found = Get-Command deno.exe -ErrorAction SilentlyContinue
  if ($found) { return $found.Source }
  $usual = Join-Path $env:USERPROFILE '.deno\bin\deno.exe'
  if (Test-Path $usual) { return $usual }
  throw 'lmcp install: needs Deno: "winget install DenoLand.Deno", then run this again'
}

# Only this user may read it.
function Set-OwnFile([string] $Path, [string] $Text) {
  [System.IO.File]::WriteAllText($Path, '')
  & icacls.exe $Path /inheritance:r /grant:r "$($env:USERNAME):(F)" | Out-Null
  if ($LASTEXITCODE -ne 0) { throw "lmcp install: could not keep others from $Path" }
  [System.IO.File]::WriteAllText($Path, $Text, $utf8)
}

function Read-Token([string] $Path) {
  $text = [System.IO.File]::ReadAllText((Resolve-Path $Path))
  $lines = [regex]::Matches($text, '(?m)^\s*\.godparticle\s*=\s*(.*?)\s*$')
  if ($lines.Count -gt 0) { return $lines[$lines.Count - 1].Groups[1].Value }
  return $text.Trim()
}

function Set-Setting([string] $Name, [string] $Value) {
  if (-not $Value) { return }
  $text = [System.IO.File]::ReadAllText($settings)
  $pattern = "(?m)^$Name=.*$"
  if ($text -match $pattern) { $text = $text -replace $pattern, "$Name=$Value" }
  else { $text = "$text$Name=$Value`n" }
  Set-OwnFile $settings $text
}

if (-not (Test-Path (Join-Path $top 'scripts\archive\entry.ts'))) {
  throw "lmcp install: must be in a checkout of lmcp: got $PSScriptRoot"
}
$deno = Find-Deno
if ($PSCmdlet.ShouldProcess($lib, 'Install lmcp')) {
  Stop-ScheduledTask -TaskName lmcp -ErrorAction SilentlyContinue
  New-Item -ItemType Directory -Force -Path $lib, $config | Out-Null
  Push-Location $top
  try {
    & $deno bundle --quiet '--platform=deno' "--output=$lib\lmcp.js" scripts/archive/entry.ts
    if ($LASTEXITCODE -ne 0) { throw 'lmcp install: deno could not bundle the checkout' }
  } finally {
    Pop-Location
  }
  Copy-Item -Force $deno (Join-Path $lib 'deno.exe')
  Copy-Item -Force (Join-Path $PSScriptRoot 'lmcp.cmd'), (Join-Path $PSScriptRoot 'lmcp-serve.cmd') $lib
  & "$lib\lmcp.cmd" --version
  if ($LASTEXITCODE -ne 0) { throw 'lmcp install: the program does not run on this machine' }

  if (Test-Path $settings) { Write-Output "kept $settings" }
  else { Set-OwnFile $settings ([System.IO.File]::ReadAllText((Join-Path $PSScriptRoot '..\lmcp.env'))) }
  if ($HostAddress) { Set-Setting 'LMCP_HOST' $HostAddress }
  if ($Port) { Set-Setting 'LMCP_PORT' "$Port" }
  if (Test-Path $tokenFile) { Write-Output "kept the token in $tokenFile" }
  elseif ($TokenFrom) { Set-OwnFile $tokenFile (Read-Token $TokenFrom) }
  else { Set-OwnFile $tokenFile (& "$lib\lmcp.cmd" token 2>$null | Select-Object -First 1) }

  if (-not $NoStart) {
    $action = New-ScheduledTaskAction -Execute 'cmd.exe' -Argument "/c `"`"$lib\lmcp-serve.cmd`"`""
    $trigger = New-ScheduledTaskTrigger -AtLogOn -User "$env:USERDOMAIN\$env:USERNAME"
    $options = New-ScheduledTaskSettingsSet -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries `
      -ExecutionTimeLimit ([TimeSpan]::Zero) -RestartCount 10 `
      -RestartInterval (New-TimeSpan -Minutes 1) -MultipleInstances IgnoreNew
    Register-ScheduledTask -Force -TaskName lmcp -Action $action -Trigger $trigger `
      -Settings $options -Description 'lmcp, an MCP server for this machine' | Out-Null
    Start-ScheduledTask -TaskName lmcp
  }

  $said = [System.IO.File]::ReadAllText($settings)
  $listens = if ($said -match '(?m)^LMCP_PORT=(\d+)') { $Matches[1] } else { '8080' }
  $name = $env:COMPUTERNAME.ToLower() -replace '[^a-z0-9_-]', '-'
  $command = (Join-Path $lib 'lmcp.cmd') -replace '\\', '\\'
  Write-Output @"

Clients of lmcp, at http://127.0.0.1:$listens/mcp
(the token is in $tokenFile; `${LMCP_TOKEN} stays as it is, the client puts it in):

  claude mcp add --transport http $name http://127.0.0.1:$listens/mcp --header 'Authorization: Bearer `${LMCP_TOKEN}'
  `$env:LMCP_TOKEN = Get-Content "$tokenFile"; claude

  { "mcpServers": { "$name": { "type": "http", "url": "http://127.0.0.1:$listens/mcp",
    "headers": { "Authorization": "Bearer `${LMCP_TOKEN}" } } } }

On this machine a client can also start lmcp itself, without a token:

  { "mcpServers": { "$name": { "command": "$command", "args": ["stdio"] } } }

Not supported on Windows: shell_bg and the job tools, ending all that a command started, file modes.
"@
}
