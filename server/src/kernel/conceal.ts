/** Keys and share links in texts that are to be shown: whoever reads a log or an error must not be able to use them. */

/** Also what is only nearly a key: one that was cut, or mistyped, is easily completed. */
const KEY = /(dsk(?:_|%5f)[0-9a-z]{1,32}(?:_|%5f))[\w%-]+/gi;
const KEY_MARK = /dsk(?:_|%5f)/i;
/** Who has the address of a share link can read what it shares. */
const LINK = /(\/shared\/)[^/?#\s"]+/g;

/** The same text without the secrets of keys and links; which key it was is still to be seen. */
export function concealSecrets(text: string): string {
  const keyless = KEY_MARK.test(text) ? text.replace(KEY, '$1…') : text;
  return keyless.includes('/shared/') ? keyless.replace(LINK, '$1…') : keyless;
}
