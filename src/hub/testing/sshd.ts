// A real sshd on a loopback port with keys of its own, for the tests of what goes over ssh.
// Started and ended by a test; touches nothing of the machine's own sshd.

import { lacks, lacksProgram } from "../../../tests/support/lacks.ts";

/** A running sshd, and the ssh that can log in there. */
export interface Sshd extends AsyncDisposable {
  /** The first words of a command that logs in: configuration, key and known hosts are in it. */
  readonly ssh: readonly string[];
  /** What ssh is told to reach. */
  readonly target: string;
  /** A folder of the test's own. */
  readonly dir: string;
  readonly pid: number;
  /** Makes ssh know another key for it, as when the machine was set up anew. */
  changeKnownKey(): Promise<void>;
  /** Makes ssh know no key for it. */
  forgetKey(): Promise<void>;
}

const SSHD = "/usr/sbin/sshd";
/** Runs a program that ends when the test does, even where that is killed. */
const BOUND = ["setpriv", "--pdeathsig", "KILL", "--"] as const;
const TRIES = 10;

/** Whether there is no sshd to run, or this is not root: then the test says so and returns. */
export function lacksSshd(): boolean {
  return lacks("root, to run sshd", Deno.uid() === 0) || lacks("openssh-server", hasSshd()) ||
    lacksProgram("setpriv");
}

function hasSshd(): boolean {
  try {
    return Deno.statSync(SSHD).isFile;
  } catch {
    return false;
  }
}

/** How it is set up. */
export interface SshdOptions {
  /** Lines for its configuration. */
  readonly config?: readonly string[];
  /** Whether all that ssh does there goes over one connection, which saves a test most of its time. */
  readonly shared?: boolean;
}

/** Starts it. */
export async function startSshd({ config = [], shared = false }: SshdOptions = {}): Promise<Sshd> {
  const dir = await Deno.makeTempDir({ prefix: "lmcp-sshd-" });
  await Deno.mkdir("/run/sshd", { recursive: true });
  for (const key of ["host_key", "user_key", "other_key"]) {
    await run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", `${dir}/${key}`);
  }
  await Deno.copyFile(`${dir}/user_key.pub`, `${dir}/authorized_keys`);
  const { child, port } = await listen(dir, config);
  const know = async (key: string) => {
    const [type, value] = (await Deno.readTextFile(`${dir}/${key}.pub`)).split(" ");
    await Deno.writeTextFile(`${dir}/known_hosts`, `[127.0.0.1]:${port} ${type} ${value}\n`);
  };
  await know("host_key");
  await Deno.writeTextFile(
    `${dir}/ssh_config`,
    `Host *
  IdentityFile ${dir}/user_key
  IdentitiesOnly yes
  UserKnownHostsFile ${dir}/known_hosts
  GlobalKnownHostsFile /dev/null
${shared ? `  ControlMaster auto\n  ControlPath ${dir}/control\n  ControlPersist 60\n` : ""}`,
  );
  return {
    ssh: ["ssh", "-F", `${dir}/ssh_config`],
    target: `ssh://root@127.0.0.1:${port}`,
    dir,
    pid: child.pid,
    changeKnownKey: () => know("other_key"),
    forgetKey: () => Deno.writeTextFile(`${dir}/known_hosts`, ""),
    async [Symbol.asyncDispose]() {
      const target = `ssh://root@127.0.0.1:${port}`;
      if (shared) await run("ssh", "-F", `${dir}/ssh_config`, "-q", "-O", "exit", target);
      try {
        child.kill("SIGTERM");
      } catch {
        // A test has ended it.
      }
      await child.status;
      await Deno.remove(dir, { recursive: true });
    },
  };
}

// Sshd takes no port 0, so another port is tried where one is taken.
async function listen(
  dir: string,
  config: readonly string[],
): Promise<{ child: Deno.ChildProcess; port: number }> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    await Deno.writeTextFile(
      `${dir}/sshd_config`,
      [
        ...config,
        `Port ${port}`,
        "ListenAddress 127.0.0.1",
        `HostKey ${dir}/host_key`,
        `AuthorizedKeysFile ${dir}/authorized_keys`,
        "PermitRootLogin prohibit-password",
        "PasswordAuthentication no",
        "StrictModes no",
        "UsePAM no",
        "PidFile none",
        "MaxStartups 100",
        "MaxSessions 100",
      ].join("\n"),
    );
    const [program, ...args] = BOUND;
    const child = new Deno.Command(program, {
      args: [...args, SSHD, "-D", "-e", "-f", `${dir}/sshd_config`],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const listens = await firstWords(child.stderr, /Server listening|Cannot bind|fatal|error/);
    if (/Server listening/.test(listens)) return { child, port };
    await child.status;
    if (!/bind/i.test(listens)) throw new Error(`sshd: ${listens}`);
  }
  throw new Error(`sshd found no free port in ${TRIES} tries`);
}

/** What it says until it matches; what it says later is thrown away. */
async function firstWords(stream: ReadableStream<Uint8Array>, pattern: RegExp): Promise<string> {
  let text = "";
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  while (!pattern.test(text)) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
  }
  void (async () => {
    while (!(await reader.read()).done);
  })();
  return text;
}

async function run(command: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, stdout: "null" }).output();
  if (!success) throw new Error(`${command}: ${new TextDecoder().decode(stderr)}`);
}
