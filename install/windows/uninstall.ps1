# Removes what install.ps1 installed. Token, settings and state stay, unless with -Purge. Safe to run
# again. Untested on a machine.
[CmdletBinding(SupportsShouldProcess)]
param([switch] $Purge)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$lib = Join-Path $env:LOCALAPPDATA 'lmcp'
$kept = @((Join-Path $env:APPDATA 'lmcp'), (Join-Path $env:USERPROFILE '.local\state\lmcp'))
if ($PSCmdlet.ShouldProcess($lib, 'Remove lmcp')) {
  Stop-ScheduledTask -TaskName lmcp -ErrorAction SilentlyContinue
  Unregister-ScheduledTask -TaskName lmcp -Confirm:$false -ErrorAction SilentlyContinue
  # Ends the lmcp of this folder, and no other Deno.
  Get-Process deno -ErrorAction SilentlyContinue |
    Where-Object { $_.Path -eq (Join-Path $lib 'deno.exe') } | Stop-Process -Force
  if (Test-Path $lib) { Remove-Item -Recurse -Force $lib }
  if ($Purge) {
    $kept | Where-Object { Test-Path $_ } | ForEach-Object { Remove-Item -Recurse -Force $_ }
    Write-Output 'removed lmcp, its settings, token and state'
  } else {
    Write-Output "removed lmcp; $($kept -join ' and ') stay (-Purge removes them)"
  }
}
