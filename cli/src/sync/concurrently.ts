/**
 * Works on items, a certain number of them at the same time, in their order.
 * @param work Must take care of its own failures: the first one to throw ends everything.
 */
export async function concurrently<Item>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const workers = Array.from({ length: atOnce }, async () => {
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
      await work(next.value);
    }
  });
  await Promise.all(workers);
}
