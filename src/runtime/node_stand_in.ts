// Makes a class of ours stand in for one of the platform's that costs too much to make each time:
// what it does not do itself is done by a real one, made when first needed.
// Used by the request and the response of Node's HTTP server. Knows neither.

/** What stands in for a `T`. */
export interface StandIn<T> {
  /** A real one that says the same. */
  whole(): T;
}

/** Gives a prototype the members of another that it lacks, and its place in `instanceof`. */
export function standIn<T extends object>(prototype: StandIn<T>, platform: T): void {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(platform))) {
    if (name in prototype) continue;
    Object.defineProperty(prototype, name, {
      get(this: StandIn<T>) {
        const whole = this.whole();
        return typeof value === "function" ? value.bind(whole) : Reflect.get(whole, name);
      },
    });
  }
  Object.setPrototypeOf(prototype, platform);
}
