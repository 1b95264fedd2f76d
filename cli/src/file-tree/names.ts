// Control characters, the backslash, which is a separator elsewhere, and what the file system's bytes become where they
// are no UTF-8.
const NOT_CARRIED = /[\p{Cc}\\\uFFFD\p{Cs}\u2028\u2029]/u;

/** Whether a name can be a part of a document's name and of a path on every machine. */
export function isCarriedName(name: string): boolean {
  return !NOT_CARRIED.test(name);
}

/** Whether a name belongs to git itself, also where the file system does not tell large letters from small ones. */
export function isNeverWalked(name: string): boolean {
  return name.toLowerCase() === '.git';
}
