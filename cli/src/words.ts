/** Options whose values are text, and text may well begin with a dash: `--append "- one more item"`. */
const TEXT_OPTIONS = new Set([
  '--description',
  '--message',
  '--replace',
  '--with',
  '--append',
  '--prepend',
  '--section',
  '--text',
]);

/**
 * Stands for a lone dash among several arguments, of which yargs would lose it. No argument of a process can hold the
 * character that it begins with.
 */
export const STDIN_ARGUMENT = '\0-';

/** Options of the commands with such arguments that take the next word as their value, whatever it is. */
const VALUED_OPTION = /^--(name|tags|description|collection|include|exclude|jobs|format|profile)$/;

/** What is meant as an option rather than as text; such a text can still be given as `--append=--text`. */
const LOOKS_LIKE_OPTION = /^(--[a-z][a-z-]*(=.*)?|-h|--)$/s;

/**
 * The words of a command line so that yargs takes them as they are meant: a value that begins with a dash is tied to its
 * option by `=`, and `--`, which yargs does not resolve for the only command of a parser, is resolved. What follows it is
 * no option; a path that begins with a dash stays the same with `./` before it.
 * @param textArgument The name of the argument that is text rather than a path, if the command has one: what begins with
 *   a dash and looks like no option is that text.
 * @param takesSeveralFiles Whether the command's arguments are files: then a lone dash becomes `STDIN_ARGUMENT`.
 */
export function resolvedWords(words: readonly string[], textArgument?: string, takesSeveralFiles = false): string[] {
  const resolved: string[] = [];
  const asArgument = (word: string): string => {
    if (takesSeveralFiles && word === '-') return STDIN_ARGUMENT;
    if (!/^-./s.test(word)) return word;
    return textArgument === undefined ? `./${word}` : `--${textArgument}=${word}`;
  };
  for (let index = 0; index < words.length; index += 1) {
    const [word = '', next] = words.slice(index, index + 2);
    if (word === '--') {
      return [...resolved, ...words.slice(index + 1).map(asArgument)];
    }
    if (TEXT_OPTIONS.has(word) && next?.startsWith('-') === true && !LOOKS_LIKE_OPTION.test(next)) {
      resolved.push(`${word}=${next}`);
      index += 1;
    } else if (takesSeveralFiles && word === '-' && !VALUED_OPTION.test(words[index - 1] ?? '')) {
      resolved.push(STDIN_ARGUMENT);
    } else if (textArgument !== undefined && !LOOKS_LIKE_OPTION.test(word)) {
      resolved.push(asArgument(word));
    } else {
      resolved.push(word);
    }
  }
  return resolved;
}
