// Finds out whether a text matches a pattern, in time that grows with the length of the text and no
// faster: no pattern that a model sends can hold up the server, as `(a+)+$` would with `RegExp`.
// Used for regular expressions over lines, for globs and for .gitignore. It walks a deterministic
// automaton whose states are made when a text first needs them, and forgotten when they are many.

import { type Assertion, type Pattern, sequence, setSource } from "./pattern.ts";
import { patternSteps, type Step } from "./pattern_steps.ts";

/** What stands beside a place in the text, as far as assertions ask. */
type Side = "edge" | "word" | "other";

/** Characters that no set of the pattern tells apart. */
interface CharKind {
  readonly id: number;
  readonly side: Side;
  /** Whether they are in each of the sets, by the number of the set. */
  readonly inSet: readonly boolean[];
}

/** Where the automaton is: the steps that wait for a character, and what stood before it. */
export interface State {
  readonly steps: readonly number[];
  readonly before: Side;
  /** The state after a character of each kind, as far as it was needed yet. */
  readonly after: (State | undefined)[];
}

/** How far a scan came. */
export interface Scan {
  /** Where the scan stopped: right after what decided it, or at its end. */
  readonly at: number;
  readonly found: boolean;
  /** To go on with, where nothing was found. */
  readonly state: State;
}

/** How to match. */
export interface AutomatonOptions {
  readonly ignoreCase: boolean;
  /** Whether the whole text must match, or any part of it. */
  readonly whole: boolean;
}

const MOST_STATES = 2_000;
/** Steps that all states together hold. */
const MOST_HELD = 200_000;
/** Steps that a scan may go through to make states before it stops for a moment. */
const MOST_WORK = 20_000;
const MOST_CHARS = 10_000;
const WORD = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
const NEWLINE = 0xa;

/** A pattern, ready to be matched. */
export class Automaton {
  readonly #steps: readonly Step[];
  readonly #first: number;
  readonly #sets: readonly RegExp[];
  readonly #whole: boolean;
  readonly #asksWord: boolean;
  readonly #matched: State = { steps: [], before: "edge", after: [] };
  readonly #edge: CharKind;
  readonly #kinds: CharKind[] = [];
  readonly #kindIds = new Map<string, number>();
  readonly #asciiIds = new Int16Array(128).fill(-1);
  #otherIds = new Map<number, number>();
  #states = new Map<string, State>();
  #start: State;
  #work = 0;
  #held = 0;

  /** Makes the automaton. @throws {ToolError} when the pattern is too large. */
  constructor(pattern: Pattern, { ignoreCase, whole }: AutomatonOptions) {
    const end: Pattern = { kind: "assert", what: "end" };
    const program = patternSteps(whole ? sequence([pattern, end]) : pattern);
    this.#steps = program.steps;
    this.#first = program.first;
    this.#whole = whole;
    this.#asksWord = program.steps.some((step) =>
      step.op === "assert" && (step.what === "boundary" || step.what === "inside")
    );
    this.#sets = program.sets.map((set) =>
      new RegExp(`^${setSource(set)}$`, ignoreCase ? "vi" : "v")
    );
    this.#edge = this.#kind("edge", program.sets.map(() => false));
    this.#start = this.#state([this.#first], "edge");
  }

  /** Whether the text matches; line breaks are characters like others. */
  matches(text: string): boolean {
    let state = this.#start;
    for (let at = 0; at < text.length; at++) {
      const char = text.codePointAt(at)!;
      if (char > 0xffff) at++;
      state = this.#next(state, char);
      if (state === this.#matched) return true;
      if (state.steps.length === 0) return false;
    }
    return this.#after(state, this.#edge) === this.#matched;
  }

  /**
   * Looks for a match in the lines of `text` from `from` up to `to`, going on from `state` in the
   * middle of a line; where that is much work, not so far. Only a line with its `\n` in the text is
   * looked at to its end. When found, `at` is in that line or at its `\n`.
   */
  scan(text: string, from: number, to: number, state: State = this.#start): Scan {
    const ascii = this.#asciiIds;
    let at = from;
    this.#work = 0;
    while (at < to && this.#work < MOST_WORK) {
      const unit = text.charCodeAt(at);
      let next: State | undefined;
      if (unit === NEWLINE) {
        if (this.#after(state, this.#edge) === this.#matched) return { at, found: true, state };
        next = this.#start;
      } else if (unit < 128) {
        next = state.after[ascii[unit]!] ?? this.#next(state, unit);
      } else {
        const char = text.codePointAt(at)!;
        if (char > 0xffff) at++;
        next = this.#next(state, char);
      }
      at++;
      if (next === this.#matched) return { at, found: true, state };
      state = next;
    }
    return { at, found: false, state };
  }

  #next(state: State, char: number): State {
    let id = char < 128 ? this.#asciiIds[char]! : this.#otherIds.get(char) ?? -1;
    if (id === -1) {
      id = this.#kindOf(char).id;
      if (char < 128) this.#asciiIds[char] = id;
      else {
        if (this.#otherIds.size >= MOST_CHARS) this.#otherIds = new Map();
        this.#otherIds.set(char, id);
      }
    }
    return state.after[id] ?? this.#after(state, this.#kinds[id]!);
  }

  #after(state: State, kind: CharKind): State {
    return state.after[kind.id] ??= this.#step(state, kind);
  }

  /** The state after a character, worked out step by step. */
  #step({ steps, before }: State, { side, inSet }: CharKind): State {
    const open = [...steps];
    const seen = new Set(open);
    this.#work += open.length + 10;
    const next = new Set<number>();
    const go = (to: number): void => {
      if (seen.has(to)) return;
      open.push(to);
      seen.add(to);
      this.#work++;
    };
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      const step = this.#steps[place]!;
      switch (step.op) {
        case "match":
          return this.#matched;
        case "set":
          if (inSet[step.set]) next.add(step.next);
          break;
        case "split":
          go(step.next);
          go(step.other);
          break;
        case "assert":
          if (holds(step.what, before, side)) go(step.next);
      }
    }
    if (!this.#whole) next.add(this.#first);
    return this.#state([...next].sort((a, b) => a - b), this.#asksWord ? side : "other");
  }

  #state(steps: readonly number[], before: Side): State {
    const key = `${before} ${steps}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    if (this.#states.size >= MOST_STATES || this.#held > MOST_HELD) this.#forget();
    this.#held += steps.length;
    const state: State = { steps, before, after: [] };
    this.#states.set(key, state);
    return state;
  }

  // States hold on to the states after them, so all must go at once.
  #forget(): void {
    this.#states = new Map();
    this.#held = 0;
    this.#start = this.#state([this.#first], "edge");
  }

  // Half a character stands for bytes that are no text: no set has it.
  #kindOf(char: number): CharKind {
    const half = char >= 0xd800 && char <= 0xdfff;
    const text = String.fromCodePoint(char);
    const side = !half && WORD.test(text) ? "word" : "other";
    return this.#kind(side, this.#sets.map((set) => !half && set.test(text)));
  }

  #kind(side: Side, inSet: readonly boolean[]): CharKind {
    const key = `${side} ${inSet}`;
    const known = this.#kinds[this.#kindIds.get(key) ?? -1];
    if (known !== undefined) return known;
    const kind: CharKind = { id: this.#kinds.length, side, inSet };
    this.#kinds.push(kind);
    this.#kindIds.set(key, kind.id);
    return kind;
  }
}

function holds(what: Assertion, before: Side, after: Side): boolean {
  switch (what) {
    case "start":
      return before === "edge";
    case "end":
      return after === "edge";
    case "boundary":
      return (before === "word") !== (after === "word");
    case "inside":
      return (before === "word") === (after === "word");
  }
}
