import { foldWord, termOf, type Pattern } from '../../../search-index/index.js';

/** Words that questions are made of, and that say little about what is asked for. */
const COMMON = new Set(
  `a about above after again all also am an and any are as at be because been before being between both but by can could
  did do does doing down during each either else ever every few for from further get give got had has have having he her
  here hers him his how however i if in into is it its just know let like make many may me might mine more most much must
  my need neither no nor not now of off on once one only or other our ours out over own per please same say says shall she
  should show so some such tell than that the their theirs them then there these they this those through to together too
  under until up upon us use used using very want was way we well were what whatever when where whether which while who
  whom whose why will with within without would yes yet you your yours
  aber als am an auf aus bei bin bis das dass dem den der des die doch du ein eine einem einen einer eines er es für haben
  hat ich im in ist ja kann man mit nach nicht noch nur ob oder sich sie sind so und uns von vor war was wenn wer wie wir wird
  wo zu zum zur`
    .split(/\s+/)
    .map((word) => termOf(foldWord(word))),
);

/** How much a word of a question counts beside one that says what is asked for. */
const COMMON_WEIGHT = 0.05;
/** What each further word of a phrase adds. */
const FURTHER_WORD = 0.5;

/** How much a match of a pattern counts, whatever it is matched with: 1 for a word. */
export function importanceOf({ terms, compound }: Pattern): number {
  const telling = terms.filter((term) => !COMMON.has(term)).length;
  if (telling === 0 && compound === undefined) return COMMON_WEIGHT;
  return 1 + FURTHER_WORD * Math.max(0, telling - 1);
}
