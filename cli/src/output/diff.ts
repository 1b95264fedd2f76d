import type { Colours } from './output.js';

/** Colours the lines of a unified diff, in order: heads are told from changed lines by where they stand. */
export function diffPainter({ bold, cyan, green, red }: Colours): (line: string) => string {
  let inHunks = false;
  return (line) => {
    inHunks ||= line.startsWith('@@');
    if (!inHunks) return bold(line);
    switch (line[0]) {
      case '@':
        return cyan(line);
      case '+':
        return green(line);
      case '-':
        return red(line);
      default:
        return line;
    }
  };
}
