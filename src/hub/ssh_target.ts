// What ssh may be told to reach: `host`, `user@host`, `ssh://user@host:port`, and nothing that ssh, a
// shell, or a line of ssh's configuration could take for anything else. Asked by `registry.ts`.

const TARGET =
  /^(?:ssh:\/\/)?(?:[A-Za-z0-9_][\w.+-]*@)?(?:\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]|[A-Za-z0-9_][\w.:-]*)(?::\d{1,5})?$/;

/** What is wrong with a target, as a clause; undefined when it is a good one. */
export function sshTargetProblem(target: string): string | undefined {
  if (target.startsWith("-")) {
    // ssh would take it for an option of its own, which can run commands here.
    return `ssh must be a host, not an option: got ${JSON.stringify(target)}`;
  }
  if (TARGET.test(target)) return undefined;
  // Other signs can become part of a command by "%h" in ssh's own configuration.
  return "ssh must be a host, user@host or ssh://user@host:port, of letters, digits and " +
    `"._-": got ${JSON.stringify(target)}`;
}
