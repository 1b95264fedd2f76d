import BetterSqlite3 from 'better-sqlite3';

/** A lock that is held until it is released or its process ends. */
export interface FileLock {
  release(): void;
}

/**
 * Takes the lock that stands for `filePath`, an empty file which is made if it is not there; undefined when somebody
 * has it, in whatever process. Node has no `flock`; SQLite's lock on a database file is the operating system's, which
 * frees it when its process dies, however it dies. The store rests on the same locks anyway. Nothing is written.
 *
 * @throws the operating system's or SQLite's error when the file cannot be opened
 */
export function tryLock(filePath: string): FileLock | undefined {
  const connection = new BetterSqlite3(filePath, { timeout: 0 });
  try {
    // A journal on the disk would be a second file, which a killed process leaves behind.
    connection.pragma('journal_mode = MEMORY');
    connection.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    connection.close();
    if (isHeld(error)) return undefined;
    throw error;
  }
  return {
    release: () => {
      connection.close();
    },
  };
}

function isHeld(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');
}
