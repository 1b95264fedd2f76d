import path from 'node:path';

/** The folder in the root of a synced folder in which a running sync keeps what nobody else should touch. */
export const WORK_FOLDER = '.doc-sync';

/** The contract's limit for a document's name. */
const LONGEST_NAME = 512;
const LONGEST_SEGMENT_BYTES = 255;

// A document's name is one line of text: no controls, no line separators, no halves of characters.
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\p{Cs}]/u;
const RESERVED_ON_WINDOWS = /^(con|prn|aux|nul|com[1-9]|lpt[1-9])(\..*)?$/i;

/**
 * Why a document's name is no path that a sync may write to or read from; undefined where it is one. Names come from the
 * server, so whoever may push there must not be able to write outside of the folder, into git's own files, or into the
 * rules that decide which files leave this machine.
 * @returns Words that follow the path: `leads out of the folder`.
 */
export function mistakeInPath(name: string, platform: NodeJS.Platform = process.platform): string | undefined {
  if (name === '' || name.length > LONGEST_NAME) return `is not 1 to ${LONGEST_NAME} characters long`;
  if (UNPRINTABLE.test(name)) return 'holds characters that are none';
  if (name.includes('\\')) return 'holds a backslash';
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) return 'leads out of the folder';
  const segments = name.split('/');
  if (segments.includes('..')) return 'leads out of the folder';
  if (segments.some((segment) => segment === '' || segment === '.')) return 'has an empty part';
  if (segments.some((segment) => segment.trim() === '')) return 'has a part of blanks alone';
  if (segments.some((segment) => Buffer.byteLength(segment) > LONGEST_SEGMENT_BYTES)) return 'has too long a part';
  return mistakeInSegments(segments.map(plain), platform);
}

function mistakeInSegments(segments: string[], platform: NodeJS.Platform): string | undefined {
  if (segments.includes('.git') || segments.includes('git~1')) return "is one of git's own files";
  if (segments.some((segment) => segment === '.gitignore' || segment === '.docignore')) {
    return 'says which files are synced, which every folder decides for itself';
  }
  if (segments[0] === WORK_FOLDER || (segments.length === 1 && segments[0] === 'docs.lock')) {
    return 'is one of the sync itself';
  }
  const windows = platform === 'win32' && segments.some((segment) => RESERVED_ON_WINDOWS.test(segment));
  return windows ? 'cannot be written on Windows' : undefined;
}

/** As file systems compare names that forget trailing dots and blanks, invisible characters and case. */
function plain(segment: string): string {
  return segment
    .replace(/\p{Cf}/gu, '')
    .replace(/[. ]+$/, '')
    .toLowerCase();
}

/** Equal for names that some file system takes for the same: they differ in case or Unicode normalisation at the most. */
export function foldedPath(name: string): string {
  return name.normalize('NFC').toLowerCase().normalize('NFC');
}

/** The folders that a path goes through, the outermost first: `a/b/c` gives `a` and `a/b`. */
export function parentsOf(name: string): string[] {
  const segments = name.split('/').slice(0, -1);
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'));
}

/**
 * A path beside another one that says why there are two: `docs/report (conflict from here).md`.
 * @param isTaken Told whether a path can be used; the first that can is taken: `report (… 2).md`, `report (… 3).md`.
 */
export function pathBeside(name: string, remark: string, isTaken: (path: string) => boolean): string {
  const { dir, name: stem, ext } = path.posix.parse(name);
  for (let count = 1; ; count += 1) {
    const suffix = ` (${count === 1 ? remark : `${remark} ${count}`})${ext}`;
    const room = Math.min(
      LONGEST_SEGMENT_BYTES - Buffer.byteLength(suffix),
      LONGEST_NAME - suffix.length - (dir === '' ? 0 : dir.length + 1),
    );
    const candidate = path.posix.join(dir, shortened(stem, room) + suffix);
    if (!isTaken(candidate)) return candidate;
  }
}

function shortened(text: string, bytes: number): string {
  const characters = [...text];
  while (Buffer.byteLength(characters.join('')) > bytes) characters.pop();
  return characters.join('');
}
