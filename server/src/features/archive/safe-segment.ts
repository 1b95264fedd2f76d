/** One part of a path that any system can be asked to make. */

/** What file systems take for one name, in UTF-8. */
const SEGMENT_BYTES = 255;

/**
 * What some system does not allow in a name or reads as something else (a stream of NTFS, another folder), what cannot be
 * seen, and what makes a name look like another one (marks that turn the direction of writing).
 */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const UNSAFE = /[<>:"/\\|?*\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu;
/** Windows leaves these out. */
const TRAILING = /[. ]+$/;
/** Names of devices in DOS and Windows, whatever follows a dot. */
const DEVICE = /^\s*(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)\s*(?:\.|$)/i;
/** What git would take for a repository of its own, with hooks that it runs; also by its short name. */
const REPOSITORY = /^(?:\.git|git~\d+)$/i;
/** What macOS leaves out of a name when it compares it. */
const IGNORED = /[\u200b-\u200f\u206a-\u206f]/gu;

/** A name like `segment` that is safe on every system; most names are already. */
export function safeSegment(segment: string): string {
  const replaced = segment.toWellFormed().normalize('NFC').replace(UNSAFE, '_');
  const limited = limitBytes(replaced.replace(TRAILING, ''), 0).replace(TRAILING, '');
  const bare = limited.replace(IGNORED, '');
  if (bare !== '' && !DEVICE.test(bare) && !REPOSITORY.test(bare)) return limited;
  return `_${limitBytes(limited, 1).replace(TRAILING, '')}`;
}

/** Shortens a name's stem until, with `reserved` bytes more, it is no longer than a name may be. The ending stays. */
export function limitBytes(segment: string, reserved: number): string {
  const room = SEGMENT_BYTES - reserved;
  if (Buffer.byteLength(segment) <= room) return segment;
  const ending = /(?<=.)\.[^.]{1,20}$/u.exec(segment)?.[0] ?? '';
  let stem = segment.slice(0, segment.length - ending.length);
  // By whole characters, and cut so that not each of them has to be tried.
  const characters = Array.from(stem);
  let bytes = Buffer.byteLength(stem) + Buffer.byteLength(ending);
  while (bytes > room) bytes -= Buffer.byteLength(characters.pop() ?? '');
  stem = characters.join('');
  return stem + ending;
}
