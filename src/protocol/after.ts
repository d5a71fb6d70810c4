// What follows something that may be there already: on at once then, and later if it is a promise.
// Used on the path of every request, where a promise that need not be costs more than the work.

/** Gives `next` what `value` is, or will be. What `next` throws is thrown, or rejects the promise. */
export function after<T, U>(
  value: T | Promise<T>,
  next: (value: T) => U | Promise<U>,
): U | Promise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
