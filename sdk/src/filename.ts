/** The longest file name that common file systems take, in bytes of UTF-8. */
export const LONGEST_NAME_BYTES = 255;
const FALLBACK = 'document';
/** A browser does not say where it runs, and Windows forbids the most. */
const RULES_HERE = 'process' in globalThis && process.platform !== 'win32' ? 'posix' : 'windows';

/** Separators, control characters, line separators, and the marks that make `txt.exe` look like `exe.txt`. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const NEVER = /[/\\\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
/** Characters with a meaning of their own in Windows paths. */
const NEVER_ON_WINDOWS = /[<>:"|?*]/g;
/** Names that are devices on Windows, with any extension; a shared folder may bring any file there. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)/i;

/**
 * Makes a stored name fit to be a file's name in a local folder: one that stays in that folder, whatever it was.
 * Leading dots, spaces inside and all letters are kept.
 *
 * @param rules those of the machine unless told otherwise; `windows` also replaces `<>:"|?*` and strips trailing dots
 *   and spaces
 * @returns a name of 1 to 255 bytes, never `.` or `..`
 */
export function safeFilename(name: string, rules: 'posix' | 'windows' = RULES_HERE): string {
  let safe = name.replace(NEVER, '_');
  if (rules === 'windows') safe = safe.replace(NEVER_ON_WINDOWS, '_').replace(/[. ]+$/, '');
  if (/^[. ]*$/.test(safe)) safe = FALLBACK;
  if (DEVICE.test(safe)) safe = `_${safe}`;
  return shortened(safe);
}

/** Cuts the part before the extension, so that the file keeps its kind. */
function shortened(name: string): string {
  if (byteLength(name) <= LONGEST_NAME_BYTES) return name;
  const extension = /\.[^. ]{1,16}$/.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - extension.length);
  return truncatedToBytes(stem, LONGEST_NAME_BYTES - byteLength(extension)) + extension;
}

/** The beginning of a text that takes at most so many bytes of UTF-8, cut between characters. */
export function truncatedToBytes(text: string, bytes: number): string {
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += byteLength(character);
    if (used > bytes) break;
    kept += character;
  }
  return kept;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
