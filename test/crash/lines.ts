/** Texts whose changes can be foretold: two lines that are rewritten, far from each other, and whatever is appended. */
import type { SeededRandom } from './random.js';

/** The line that is rewritten: near the top or near the bottom. */
export type Spot = 'top' | 'bottom';

/** A new text; of a few lines, or of some thousand. */
export function randomText(key: string, random: SeededRandom): Buffer {
  const count = random.pick([2, 2, 20, 20, 200, 3000]);
  const between = Array.from({ length: count }, (_, index) => `${index} ${random.integer(1, 1e9)}`);
  const lines = [`# ${key}`, spotLine('top', random), ...between, spotLine('bottom', random)];
  return Buffer.from(`${lines.join('\n')}\n`);
}

/** A line for the spot that was not there before. */
export function spotLine(spot: Spot, random: SeededRandom): string {
  return `${spot}: ${random.integer(1, 1e9)};`;
}

/** The line that is there now. */
export function findSpot(text: Buffer, spot: Spot): string {
  return new RegExp(`^${spot}: \\d+;$`, 'm').exec(text.toString())?.[0] ?? '';
}

/** The text with another line there. */
export function withSpot(text: Buffer, spot: Spot, line: string): Buffer {
  return Buffer.from(text.toString().replace(findSpot(text, spot), line));
}
