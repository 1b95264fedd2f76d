import type { SkippedEntry } from '../file-tree/index.js';

/** Why something in a folder is left out, in one line for people; the path is not yet made safe for a terminal. */
export function skippedNote({ path, reason, error }: SkippedEntry): string {
  switch (reason) {
    case 'link':
      return `${path} is left out: it is a symbolic link, and those are not followed.`;
    case 'name':
      return `${path} is left out: its name has characters that not every system takes.`;
    case 'special':
      return `${path} is left out: it is neither a file nor a folder.`;
    case 'unreadable':
      return `${path} cannot be read: ${error?.message ?? 'unknown error'}.`;
  }
}
