// Stand-in for `@std/cli/parse-args`: the same options and outcomes. Scripts and bench programs
// parse their arguments with it. A flag with dots is nested as in the real one, but not so typed.

type OneOrMore<K extends string> = K | readonly K[];

/** What parseArgs() is told. */
export interface ParseOptions<
  S extends string = string,
  B extends string = string,
  C extends string = string,
  D extends Record<string, unknown> = Record<string, unknown>,
> {
  /** Collects what follows `--` under the key `--` instead of `_`. */
  "--"?: boolean | undefined;
  /** Other names: a flag set under one is set under all. */
  alias?: Record<string, string | readonly string[]> | undefined;
  /** Flags that take no value; `true` means every flag that has no `=`. */
  boolean?: boolean | OneOrMore<B> | undefined;
  /** Values of flags that are not given. */
  default?: D | undefined;
  /** Stops at the first argument that is no flag. */
  stopEarly?: boolean | undefined;
  /** Flags whose value is kept as text. */
  string?: OneOrMore<S> | undefined;
  /** Flags that gather all their values in an array. */
  collect?: OneOrMore<C> | undefined;
  /** Flags that `--no-NAME` turns off. */
  negatable?: OneOrMore<string> | undefined;
  /** Hears of each argument that no option names; `false` drops it. */
  unknown?: ((arg: string, key?: string, value?: unknown) => unknown) | undefined;
}

type Known<S extends string, B extends string, C extends string, D> =
  & { [K in Exclude<S, C | keyof D>]?: string }
  & { [K in Exclude<S & keyof D, C>]: string | D[K] }
  & { [K in S & C]: string[] }
  & { [K in Exclude<B, C>]: boolean }
  & { [K in B & C]: boolean[] }
  & { [K in Exclude<C, S | B>]: unknown[] }
  & { [K in Exclude<keyof D, S | B | C>]: unknown };

/** What parseArgs() returns: the flags by name, the other arguments under `_`. */
export type Args<S extends string, B extends string, C extends string, D> =
  // deno-lint-ignore no-explicit-any -- as the real one: without options any flag may be read
  & { [flag: string]: [S | B | C] extends [never] ? any : unknown }
  & Known<S, B, C, D>
  & { _: (string | number)[]; "--"?: string[] };

/** Reads flags, their values and the other arguments from a command line. */
export function parseArgs<
  S extends string = never,
  B extends string = never,
  C extends string = never,
  // deno-lint-ignore ban-types -- no defaults: an object that has no keys
  D extends Record<string, unknown> = {},
>(args: readonly string[], options: ParseOptions<S, B, C, D> = {}): Args<S, B, C, D> {
  return new Parser(options).parse(args) as Args<S, B, C, D>;
}

type Values = Record<string, unknown>;

/** One run of parseArgs(): the options as sets, and the values found so far. */
class Parser {
  readonly #options: ParseOptions;
  readonly #names = new Map<string, string[]>();
  readonly #strings: Set<string>;
  readonly #booleans: Set<string>;
  readonly #collect: Set<string>;
  readonly #negatable: Set<string>;
  readonly #given = new Set<string>();
  readonly #values: Values = {};
  readonly #rest: (string | number)[] = [];

  constructor(options: ParseOptions) {
    this.#options = options;
    for (const [name, others] of Object.entries(options.alias ?? {})) {
      const all = [name, ...list(others)];
      for (const each of all) {
        const known = this.#names.get(each) ?? [each];
        this.#names.set(each, [...new Set([...known, ...all])]);
      }
    }
    const { boolean, string, collect, negatable } = options;
    this.#strings = this.#withAliases(string);
    this.#booleans = this.#withAliases(typeof boolean === "boolean" ? [] : boolean);
    this.#collect = this.#withAliases(collect);
    this.#negatable = this.#withAliases(negatable);
  }

  parse(args: readonly string[]): Values {
    const end = args.indexOf("--");
    const flags = [...end < 0 ? args : args.slice(0, end)];
    const afterwards = end < 0 ? [] : args.slice(end + 1);
    while (flags.length > 0) {
      const arg = flags.shift()!;
      if (/^--./.test(arg)) this.#long(arg, flags);
      else if (/^-[^-]/.test(arg)) this.#short(arg, flags);
      else if (this.#positional(arg) && this.#options.stopEarly) {
        this.#rest.push(...flags.splice(0));
      }
    }
    this.#fillIn();
    if (!this.#options["--"]) this.#rest.push(...afterwards);
    return { _: this.#rest, ...this.#values, ...this.#options["--"] && { "--": [...afterwards] } };
  }

  #long(arg: string, flags: string[]): void {
    const [, name, text] = /^--([^=]+)=(.*)$/s.exec(arg) ?? [];
    const negated = /^--no-(.+)$/.exec(arg)?.[1];
    if (name !== undefined) {
      this.#set(name, this.#booleans.has(name) ? text !== "false" : text!, arg);
    } else if (negated !== undefined && this.#negatable.has(negated)) {
      this.#set(negated, false, arg);
    } else {
      this.#set(arg.slice(2), this.#valueOf(arg.slice(2), flags), arg);
    }
  }

  /** `-abc` sets three flags; a number, a `=` or a sign ends the letters and is the value. */
  #short(arg: string, flags: string[]): void {
    const letters = arg.slice(1, -1);
    for (let i = 0; i < letters.length; i++) {
      const letter = letters[i]!;
      const rest = arg.slice(i + 2);
      const isLetter = /[A-Za-z]/.test(letter);
      if (isLetter && rest.includes("=")) return this.#set(letter, rest.split("=")[1]!, arg);
      const endsInNumber = /-?\d+(\.\d*)?(e-?\d+)?$/.test(rest);
      if (rest !== "-" && (isLetter && endsInNumber || /^\W/.test(rest))) {
        return this.#set(letter, rest, arg);
      }
      this.#set(letter, rest === "-" ? rest : this.#valueOf(letter, []), arg);
    }
    const last = arg.at(-1)!;
    if (last !== "-") this.#set(last, this.#valueOf(last, flags, true), arg);
  }

  /** The value of a flag without `=`: the next argument where it takes one. */
  #valueOf(name: string, flags: string[], dash = false): string | boolean {
    const next = flags[0];
    if (this.#booleans.has(name)) {
      if (next !== "true" && next !== "false") return this.#strings.has(name) ? "" : true;
      return flags.shift() === "true";
    }
    const takes = next !== undefined && this.#options.boolean !== true &&
      (!next.startsWith("-") || dash && next === "-");
    if (takes) return flags.shift()!;
    return this.#strings.has(name) ? "" : true;
  }

  #positional(arg: string): boolean {
    if (this.#options.unknown?.(arg) === false) return false;
    this.#rest.push(this.#strings.has("_") ? arg : asNumber(arg));
    return true;
  }

  #set(name: string, raw: string | boolean, arg: string): void {
    const value = typeof raw === "string" && !this.#strings.has(name) ? asNumber(raw) : raw;
    const known = this.#strings.has(name) || this.#booleans.has(name) || this.#names.has(name);
    if (!known && this.#options.unknown?.(arg, name, value) === false) return;
    for (const each of this.#namesOf(name)) {
      const before = this.#given.has(each) ? read(this.#values, each) as unknown[] : [];
      write(this.#values, each, this.#collect.has(each) ? [...before, value] : value);
      this.#given.add(each);
    }
  }

  #fillIn(): void {
    const given = (name: string) => this.#given.has(name);
    for (const [name, value] of Object.entries(this.#options.default ?? {})) {
      for (const each of this.#namesOf(name)) {
        if (given(each)) continue;
        write(this.#values, each, value);
        this.#given.add(each);
      }
    }
    for (const name of this.#booleans) {
      if (!given(name)) write(this.#values, name, this.#collect.has(name) ? [] : false);
    }
    for (const name of this.#strings) {
      if (!given(name) && this.#collect.has(name)) write(this.#values, name, []);
    }
  }

  #namesOf(name: string): string[] {
    return this.#names.get(name) ?? [name];
  }

  #withAliases(names: OneOrMore<string> | undefined): Set<string> {
    return new Set(list(names ?? []).flatMap((name) => this.#namesOf(name)));
  }
}

function list(names: OneOrMore<string>): string[] {
  return typeof names === "string" ? [names] : [...names];
}

function asNumber(text: string): string | number {
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function read(values: Values, name: string): unknown {
  return name.split(".").reduce<unknown>((at, key) => (at as Values | undefined)?.[key], values);
}

/** Sets a value under a name with dots; names that would reach a prototype are dropped. */
function write(values: Values, name: string, value: unknown): void {
  const path = name.split(".");
  if (path.some((key) => ["__proto__", "constructor", "prototype"].includes(key))) return;
  const last = path.pop()!;
  let at = values;
  for (const key of path) {
    const next = at[key];
    at = at[key] = typeof next === "object" && next !== null ? next as Values : {};
  }
  at[last] = value;
}
