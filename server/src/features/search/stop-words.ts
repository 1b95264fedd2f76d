/** English words that stand in nearly every text, in questions above all: they tell no document from another. */
const STOP_WORDS = new Set(
  `a about all also am an and any are as at be because been being but by can could did do does doing for from had has have
  having he her him his how i if in into is it its just me my no not of on or our ours out over own please she should so
  some such than that the their them then there these they this those through to too under until up us very was we were
  what when where which while who whom why will with would you your`.split(/\s+/),
);

/** Whether a folded word is one of them. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}
