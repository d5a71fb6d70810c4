// Runs steps of one test at the same time: those that wait more than they work, each with things of
// its own. Used by tests only.

/** Runs the steps; the test fails when one does, after all have ended. */
export async function stepsAtOnce(
  t: Deno.TestContext,
  steps: { readonly [name: string]: () => Promise<void> },
): Promise<void> {
  // Deno looks after no step for itself that others run beside.
  const apart = { sanitizeExit: false, sanitizeOps: false, sanitizeResources: false };
  await Promise.all(Object.entries(steps).map(([name, fn]) => t.step({ name, fn, ...apart })));
}
