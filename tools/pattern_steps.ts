// Makes a pattern into a program of small steps, as `automaton.ts` walks it.
// Called once a pattern. Refuses one whose repetitions multiply beyond measure.

import { ToolError } from "../src/server/define.ts";
import type { Assertion, CharSet, Pattern } from "./pattern.ts";

/** A step; `next` and `other` are the places in the program where it goes on. */
export type Step =
  | { readonly op: "set"; readonly set: number; readonly next: number }
  | { readonly op: "split"; readonly next: number; readonly other: number }
  | { readonly op: "assert"; readonly what: Assertion; readonly next: number }
  | { readonly op: "match" };

/** A pattern as steps. */
export interface PatternSteps {
  readonly steps: readonly Step[];
  /** What the `set` steps number. */
  readonly sets: readonly CharSet[];
  /** The step to begin with. */
  readonly first: number;
}

const MOST_STEPS = 5_000;

/** Makes the program. @throws {ToolError} when it would be too long. */
export function patternSteps(pattern: Pattern): PatternSteps {
  const steps: Step[] = [{ op: "match" }];
  const sets: CharSet[] = [];
  const numbers = new Map<string, number>();
  return { first: add(pattern, 0), steps, sets };

  function push(step: Step): number {
    if (steps.length >= MOST_STEPS) {
      throw new ToolError(
        `The pattern is too large: its repetitions come to more than ${MOST_STEPS} steps; ` +
          "use smaller numbers in {…} or fewer parts",
      );
    }
    return steps.push(step) - 1;
  }

  // Written from the end to the front: each part is told where the text goes on after it.
  function add(part: Pattern, next: number): number {
    switch (part.kind) {
      case "set":
        return push({ op: "set", set: numberOf(part.set), next });
      case "assert":
        return push({ op: "assert", what: part.what, next });
      case "sequence":
        return part.parts.reduceRight((after, each) => add(each, after), next);
      case "choice":
        return part.parts
          .map((each) => add(each, next))
          .reduceRight((other, each) => push({ op: "split", next: each, other }));
      case "repeat":
        return addRepeat(part, next);
    }
  }

  function addRepeat({ part, min, max }: Pattern & { kind: "repeat" }, next: number): number {
    let first = next;
    if (max === Infinity) {
      first = push({ op: "split", next, other: next });
      steps[first] = { op: "split", next: add(part, first), other: next };
    } else {
      for (let count = min; count < max; count++) {
        first = push({ op: "split", next: add(part, first), other: next });
      }
    }
    for (let count = 0; count < min; count++) first = add(part, first);
    return first;
  }

  function numberOf(set: CharSet): number {
    const key = JSON.stringify(set);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, sets.length);
    return sets.push(set) - 1;
  }
}
