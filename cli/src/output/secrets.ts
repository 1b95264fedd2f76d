/** A key, or the beginning of one: its id is no secret. */
const KEY = /\bdsk_([0-9a-f]+)_[\w-]+/gi;

/** Whether a text has a key in it. */
export function hasSecret(text: string): boolean {
  return text.search(KEY) !== -1;
}

/** Text without the secrets of the keys in it, for messages: these end up in logs. */
export function withoutSecrets(text: string): string {
  return text.replace(KEY, 'dsk_$1_…');
}
