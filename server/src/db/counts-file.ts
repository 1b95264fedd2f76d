import { rmSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';

/** A count is written in microseconds; whoever has to wait for longer goes on without the others' counts. */
const BUSY_TIMEOUT_MS = 100;
const OPEN_BUSY_TIMEOUT_MS = 5000;

/**
 * Opens a small database for counts that may be lost: nothing of it is brought to the disk, and one that is damaged, as by
 * a power cut, is thrown away. Several servers may have it open.
 *
 * @throws the operating system's or SQLite's error when there can be no such file
 */
export function openCountsFile(filename: string): BetterSqlite3.Database {
  try {
    return connect(filename);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code !== 'SQLITE_CORRUPT' && code !== 'SQLITE_NOTADB') throw error;
    for (const part of ['', '-wal', '-shm']) rmSync(filename + part, { force: true });
    return connect(filename);
  }
}

function connect(filename: string): BetterSqlite3.Database {
  const file = new BetterSqlite3(filename, { timeout: OPEN_BUSY_TIMEOUT_MS });
  try {
    file.pragma('journal_mode = WAL');
    file.pragma('synchronous = OFF');
    if (file.pragma('quick_check(1)', { simple: true }) !== 'ok') {
      throw new BetterSqlite3.SqliteError('the counts are damaged', 'SQLITE_CORRUPT');
    }
    file.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}
