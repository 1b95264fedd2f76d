import { UsageError } from './errors.js';

/**
 * What somebody looks for, given as one argument or several; one alone may come as it is.
 * @throws UsageError where nothing is given
 */
export function wordsOf(given: readonly string[] | string | undefined): string {
  const words = [given ?? []].flat();
  if (words.length === 0) {
    throw new UsageError(
      'It is not said what to look for.',
      'Give words after the command: `doc search retry policy`.',
    );
  }
  return words.join(' ');
}
