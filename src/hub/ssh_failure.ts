// What ssh says when it cannot connect, as a clause for the caller: what it is, and what mends it.
// Asked by `ssh_run.ts` when a script is not known to have begun. Says nothing of how the hub itself is set up.

const REASONS: readonly (readonly [RegExp, (target: string) => string])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    (target) =>
      `the host key of ${target} is not the one that is known: either the machine was set up anew, ` +
      "or another one answers in its place. Nothing was sent. When the change is right, remove the " +
      `old key on the hub with "ssh-keygen -R" and connect once by hand`,
  ],
  [
    /No .* host key is known|Host key verification failed/,
    (target) =>
      `the host key of ${target} is not known on the hub, which connects to known hosts only; ` +
      `connect once by hand as the hub's user ("ssh ${target}") and compare the key`,
  ],
  [
    /Permission denied \(/,
    (target) =>
      `${target} refuses the hub's key; put the public key of the hub's user into its ` +
      "authorized_keys",
  ],
  [/Could not resolve hostname|Name or service not known/, () => "its name has no address"],
  [/Connection refused/, () => "nothing listens there for ssh"],
  [/No route to host|Network is unreachable/, () => "there is no way to it"],
  [/Connection timed out|Operation timed out/, () => "it does not answer"],
  [
    /bash: (?:command )?not found|bash: not found|bash: No such file|Unknown command: bash/i,
    () => "it has no bash, which the hub needs there for calls over ssh",
  ],
];

/** Why a script can never have begun, by what ssh or the login said; undefined when they do not say. */
export function neverBegan(target: string, said: string): string | undefined {
  for (const [pattern, reason] of REASONS) {
    if (pattern.test(said)) return reason(target);
  }
  return undefined;
}

/** The last line of what was said, for an error; empty when nothing was. */
export function lastLine(said: string): string {
  return said.trim().split("\n").at(-1)?.trim().slice(0, 200) ?? "";
}
