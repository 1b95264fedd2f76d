import { LineMeter } from '../../../text/index.js';

const meter = new LineMeter();

/** About how many tokens a part of a text is for a language model: the sum of its lines, as everywhere in the server. */
export function countTokens(text: string, from = 0, to = text.length): number {
  let tokens = 0;
  for (let start = from; start < to;) {
    const end = Math.min(to, text.indexOf('\n', start) + 1 || to);
    tokens += meter.measure(text, start, end).tokens;
    start = end;
  }
  return tokens;
}
