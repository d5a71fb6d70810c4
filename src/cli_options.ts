// Reads the options of a command by its table: `--opt value`, `--opt=value`, flags, repeats, and
// the environment behind them. Called by `cli.ts`; the same table makes the help. Every refusal is
// one sentence: what was wanted, what was got, what would do.

import { guess } from "./cli_guess.ts";

/** Reads a value; `source` begins its refusal: `--port`, `LMCP_PORT`. @throws {UsageError} */
export type ReadValue<T> = (text: string, source: string) => T;

/** An option of a command. */
export interface Option<T> {
  /** What stands for its value in the help, such as `PORT`; none for a flag. */
  readonly placeholder?: string;
  readonly help: string;
  /** Why it is refused, from its name on. Such an option is in no help: it is one people try. */
  readonly refusal?: string;
  /** Whether each further one adds to those before. */
  readonly repeatable: boolean;
  /** The environment variable that stands in for it. */
  readonly env: string | undefined;
  /** What it is when nobody says. */
  readonly absent: T;
  /** Adds what one occurrence says to what is known. @throws {UsageError} */
  read(text: string, source: string, before: T): T;
}

/** The options of a command, by their names without the dashes. */
// deno-lint-ignore no-explicit-any -- options of any types; `Values` takes them apart again
export type OptionTable = { readonly [name: string]: Option<any> };

/** What was said, by the names of a table. */
export type Values<T extends OptionTable> = {
  readonly [K in keyof T]: T[K] extends Option<infer V> ? V : never;
};

/** What stands beside the options of a command that takes more than those. */
export interface Operands {
  readonly words: string[];
  /** What stands after `--`, as it is. */
  rest: string[] | undefined;
}

/** The command line, or what stands in for it, is wrong. */
export class UsageError extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = "UsageError";
}

/** An option with one value, which a variable of the environment may stand in for. */
export function value<T>(
  placeholder: string,
  help: string,
  read: ReadValue<T>,
  env?: string,
): Option<T | undefined> {
  return { placeholder, help, repeatable: false, env, absent: undefined, read };
}

/** The same with a value for when nobody says. */
export function valueOr<T>(
  absent: T,
  placeholder: string,
  help: string,
  read: ReadValue<T>,
  env?: string,
): Option<T> {
  return { placeholder, help: `${help} (${absent})`, repeatable: false, env, absent, read };
}

/** An option that may be given several times. */
export function values<T>(
  placeholder: string,
  help: string,
  read: ReadValue<readonly T[]>,
): Option<readonly T[]> {
  return {
    placeholder,
    help,
    repeatable: true,
    env: undefined,
    absent: [],
    read: (text, source, before) => [...before, ...read(text, source)],
  };
}

/** An option that is there or not. */
export function flag(help: string): Option<boolean> {
  return { help, repeatable: false, env: undefined, absent: false, read: () => true };
}

/** An option that people try and a command must not be given. */
export function refused(refusal: string): Option<undefined> {
  const read = () => undefined;
  return { help: "", refusal, repeatable: false, env: undefined, absent: undefined, read };
}

/** The options of another command, refused. */
export function allRefused<T extends OptionTable>(
  table: T,
  refusal: string,
): { readonly [K in keyof T]: Option<undefined> } {
  const entries = Object.keys(table).map((name) => [name, refused(refusal)]);
  return Object.fromEntries(entries);
}

/**
 * Reads the arguments of a command, then the environment for what they leave open. What is no option
 * goes to `operands`; without them it is refused.
 *
 * @throws {UsageError} at the first thing that is wrong.
 */
export function readOptions<T extends OptionTable>(
  command: string,
  table: T,
  args: readonly string[],
  env: (name: string) => string | undefined,
  operands?: Operands,
): Values<T> {
  const found = new Map<string, unknown>();
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (operands !== undefined && !/^-./.test(arg)) {
      operands.words.push(arg);
      continue;
    }
    if (operands !== undefined && arg === "--") {
      operands.rest = rest.splice(0);
      break;
    }
    const [, name = "", given] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    const option = Object.hasOwn(table, name) ? table[name] : undefined;
    if (option === undefined) throw unknown(command, table, arg, name);
    if (option.refusal !== undefined) throw new UsageError(`--${name} ${option.refusal}`);
    if (found.has(name) && !option.repeatable) {
      throw new UsageError(`--${name} must be given once: got it twice; leave one out`);
    }
    const text = option.placeholder === undefined
      ? noValue(name, given)
      : given ?? nextValue(name, option.placeholder, rest);
    const before = found.has(name) ? found.get(name) : option.absent;
    found.set(name, option.read(text, `--${name}`, before));
  }
  const said = ([name, { env: variable, absent, read }]: [string, OptionTable[string]]) => {
    if (found.has(name)) return [name, found.get(name)];
    const text = variable === undefined ? undefined : env(variable);
    return [name, text === undefined ? absent : read(text, variable ?? "", absent)];
  };
  return Object.fromEntries(Object.entries(table).map(said));
}

function nextValue(name: string, placeholder: string, rest: string[]): string {
  const text = rest.shift();
  if (text === undefined) {
    throw new UsageError(
      `--${name} must have a value: got nothing after it; write --${name} ${placeholder}`,
    );
  }
  if (!text.startsWith("--")) return text;
  throw new UsageError(
    `--${name} must have a value: got the option ${text}; write --${name}=${text} if that is it`,
  );
}

function noValue(name: string, given: string | undefined): string {
  if (given === undefined) return "";
  throw new UsageError(`--${name} takes no value: got ${JSON.stringify(given)}; leave it out`);
}

function unknown(command: string, table: OptionTable, arg: string, name: string): UsageError {
  const help = `"lmcp ${command} --help" lists the options`;
  if (!arg.startsWith("-")) {
    return new UsageError(
      `"lmcp ${command}" takes only options: got ${JSON.stringify(arg)}; a command stands before ` +
        `its options, and ${help}`,
    );
  }
  const names = Object.keys(table).filter((known) => table[known]?.refusal === undefined);
  const alike = guess(name, names);
  const advice = alike === undefined ? help : `did you mean --${alike}? ${help}`;
  return new UsageError(`Unknown option ${arg.split("=")[0]}: ${advice}`);
}
