/** Waiting with an end. */

/** Waits for `work`, `patienceMs` at most; what comes of it is its own. */
export async function within(work: Promise<unknown>, patienceMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, patienceMs);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
