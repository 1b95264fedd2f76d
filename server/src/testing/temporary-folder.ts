import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/**
 * Gives every test of the surrounding `describe` a folder of its own: made before the test, removed after it.
 *
 * @returns the path of the running test's folder
 */
export function useTemporaryFolder(): () => string {
  let folder = '';
  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'document-sync-'));
  });
  afterEach(async () => {
    await fs.rm(folder, { recursive: true, force: true });
  });
  return () => folder;
}
