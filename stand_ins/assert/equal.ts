// Deep equality, as the assertions mean it. Used by equals.ts and shape.ts.
// It compares what values hold, never what they are called: no sentence is made here.

/** A pair under comparison further up, so that a cycle ends. */
type Pairs = Map<object, Set<object>>;

/**
 * Says whether two values are deeply equal: of one class, with equal keys, symbols and getters.
 * Sets and Maps match in any order, `0` equals `-0`, NaN equals NaN, functions only themselves.
 */
export function equal(a: unknown, b: unknown): boolean {
  return same(a, b, new Map());
}

function same(a: unknown, b: unknown, above: Pairs): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b) || !sameClass(a, b)) return false;
  if (a instanceof WeakMap || a instanceof WeakSet) {
    throw new TypeError(`Cannot compare ${a.constructor.name} instances`);
  }
  const plain = samePlainValue(a, b);
  if (plain !== undefined) return plain;

  const partners = above.get(a) ?? new Set();
  if (partners.has(b)) return true;
  above.set(a, partners.add(b));
  const result = sameContent(a, b, above);
  if (!result) partners.delete(b);
  return result;
}

/** Compares the classes whose value is one primitive or one run of bytes; undefined for the rest. */
function samePlainValue(a: object, b: object): boolean | undefined {
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (a instanceof RegExp || a instanceof URL) return String(a) === String(b);
  if (a instanceof String) return String(a) === String(b);
  if (a instanceof WeakRef && b instanceof WeakRef) return Object.is(a.deref(), b.deref());
  if (a instanceof ArrayBuffer && b instanceof ArrayBuffer) {
    return sameItems(new Uint8Array(a), new Uint8Array(b));
  }
  if (a instanceof DataView && b instanceof DataView) return sameItems(bytes(a), bytes(b));
  if (isTypedArray(a) && isTypedArray(b)) return sameItems(a, b);
  return undefined;
}

function sameContent(a: object, b: object, above: Pairs): boolean {
  if (a instanceof Set && b instanceof Set && !sameSet(a, b, above)) return false;
  if (a instanceof Map && b instanceof Map && !sameMap(a, b, above)) return false;
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return false;
  const keys = keysOf(a);
  if (keys.size !== keysOf(b).size) return false;
  for (const key of keys) {
    if (!(key in b) || !same(Reflect.get(a, key), Reflect.get(b, key), above)) return false;
  }
  return true;
}

function sameSet(a: Set<unknown>, b: Set<unknown>, above: Pairs): boolean {
  if (a.size !== b.size) return false;
  const left = new Set(b);
  const unmatched = [...a].filter((item) => !left.delete(item));
  return unmatched.every((item) => {
    for (const other of left) {
      if (same(item, other, above)) return left.delete(other);
    }
    return false;
  });
}

function sameMap(a: Map<unknown, unknown>, b: Map<unknown, unknown>, above: Pairs): boolean {
  if (a.size !== b.size) return false;
  const left = new Map(b);
  for (const [key, value] of a) {
    if (left.has(key)) {
      if (!same(value, left.get(key), above)) return false;
      left.delete(key);
      continue;
    }
    const match = [...left].find(([other, held]) =>
      same(key, other, above) && same(value, held, above)
    );
    if (!match) return false;
    left.delete(match[0]);
  }
  return true;
}

/** Own enumerable keys and symbols, what an Error hides, and the getters of the classes above. */
function keysOf(value: object): Set<PropertyKey> {
  const keys = new Set<PropertyKey>(
    Reflect.ownKeys(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key)),
  );
  if (value instanceof Error) {
    for (const key of ["name", "message", "stack", "cause"]) keys.add(key);
  }
  let proto = Object.getPrototypeOf(value);
  while (proto && proto !== Object.prototype && !isBuiltInContainer(proto)) {
    for (const [key, { get }] of Object.entries(Object.getOwnPropertyDescriptors(proto))) {
      if (get) keys.add(key);
    }
    proto = Object.getPrototypeOf(proto);
  }
  return keys;
}

function isBuiltInContainer(proto: object): boolean {
  return [Array, Map, Set, Error, Promise].some((built) => built.prototype === proto);
}

/** The same constructor, where an object without a prototype counts as a plain one. */
function sameClass(a: object, b: object): boolean {
  return classOf(a) === classOf(b);
}

function classOf(value: object): unknown {
  return value.constructor ?? Object;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isTypedArray(value: object): value is Uint8Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function bytes(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function sameItems(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i] && !Object.is(a[i], b[i])) return false;
  }
  return true;
}
