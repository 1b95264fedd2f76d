import { setTimeout as sleep } from 'node:timers/promises';

const STEP_MS = 10;

/**
 * Repeats `check` until it passes; rejects with its last failure when it has not within `withinMs`.
 * For what the server does just after it has answered, or when a connection was cut and there is no answer to wait for.
 */
export async function eventually(check: () => void | Promise<void>, withinMs = 3000): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() >= giveUpAt) throw error;
      await sleep(STEP_MS);
    }
  }
}
