/**
 * Works on several things, a few at a time, in their order.
 * @param work Is told what to do with one; where it rejects, nothing more is begun, and the first error is thrown when
 *   those that are under way have ended.
 */
export async function eachAtOnce<Item>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  let failure: { error: unknown } | undefined;
  const workOn = async (): Promise<void> => {
    for (let next = rest.next(); !next.done && failure === undefined; next = rest.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, workOn));
  if (failure !== undefined) throw failure.error;
}
