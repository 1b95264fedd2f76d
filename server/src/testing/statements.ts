import { mock } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';

/** A statement that is about to run, on any connection of this process. */
export interface RunningStatement {
  readonly sql: string;
  readonly values: unknown[];
}

/**
 * Calls `before` with every SQL statement that this process is about to run, on whatever connection and by whatever
 * library, except those that `before` runs itself. It ends with `mock.restoreAll()`.
 */
export function watchStatements(before: (statement: RunningStatement) => void): void {
  const memory = new BetterSqlite3(':memory:');
  const prototype = Object.getPrototypeOf(memory.prepare('SELECT 1')) as BetterSqlite3.Statement;
  memory.close();
  let watching = true;
  for (const method of ['all', 'get', 'run', 'iterate'] as const) {
    const real = prototype[method];
    mock.method(prototype, method, function (this: BetterSqlite3.Statement, ...values: unknown[]) {
      if (watching) {
        watching = false;
        try {
          before({ sql: this.source, values });
        } finally {
          watching = true;
        }
      }
      return real.apply(this, values);
    });
  }
}
