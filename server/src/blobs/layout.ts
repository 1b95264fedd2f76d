import fs from 'node:fs/promises';
import path from 'node:path';
import { isErrno, syncDirectory } from './file-operations.js';

/**
 * The version of the folder's layout (`<tenant>/<first two hex digits>/<sha256>`, `.staging/`, `.uploads/<tenant>/`); it
 * rises when that changes.
 */
const LAYOUT_VERSION = 1;
const LAYOUT_FILE = 'layout.json';

/**
 * Makes the storage folder if it is not there and checks that its layout is one that this server understands.
 *
 * @throws Error that says what to do, when the layout is another one or the folder cannot be used
 */
export async function openLayout(root: string): Promise<void> {
  await makeDurableDirectory(root);
  const file = path.join(root, LAYOUT_FILE);
  let text: string;
  try {
    text = await fs.readFile(file, 'utf8');
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    // Written aside and renamed, so that no crash and no second server ever sees half of it.
    const draft = `${file}.${process.pid}`;
    await fs.writeFile(draft, `${JSON.stringify({ layout_version: LAYOUT_VERSION })}\n`, { flush: true, mode: 0o600 });
    await fs.rename(draft, file);
    await syncDirectory(root);
    return;
  }
  const version = readVersion(text);
  if (version !== LAYOUT_VERSION) {
    throw new Error(
      `${file} says layout version ${String(version)}, this server understands version ${LAYOUT_VERSION}. ` +
        'Start the server that wrote the folder, or name another folder in DOCUMENT_STORAGE_DIR.',
    );
  }
}

/** Makes a folder with those above it, and brings the entry of each to the disk. */
async function makeDurableDirectory(folder: string): Promise<void> {
  const firstMade = await fs.mkdir(folder, { recursive: true, mode: 0o700 });
  const top = path.dirname(firstMade ?? folder);
  // From the folder's own entry upwards; also when it was there, since whoever made it may have been cut off right then.
  for (let parent = path.dirname(folder); ; parent = path.dirname(parent)) {
    await syncDirectory(parent);
    if (parent === top || parent === path.dirname(parent)) return;
  }
}

function readVersion(text: string): unknown {
  try {
    return (JSON.parse(text) as { layout_version?: unknown }).layout_version;
  } catch {
    return text.trim();
  }
}
