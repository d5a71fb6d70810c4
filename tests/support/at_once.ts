// Runs steps of one test at the same time: those that wait more than they work, each with things of
// its own. What they leave behind is looked for when all of them are over. Used by tests only.

/** Runs the steps; the test fails when one does, after all have ended. */
export async function stepsAtOnce(
  t: Deno.TestContext,
  steps: { readonly [name: string]: () => Promise<void> },
): Promise<void> {
  // Deno takes no step beside one that is looked after for itself.
  const apart = { sanitizeExit: false, sanitizeOps: false, sanitizeResources: false };
  await Promise.all(
    Object.entries(steps).map(([name, fn]) => t.step({ name, fn, ...apart })),
  );
}
