/** What is done with the content of text documents: merge, compare, edit, and read in parts. Knows bytes, no documents. */
export type { DiffJob, Side } from './diff.js';
export { headingTitles } from './heading-titles.js';
export { countLineEnds } from './lines.js';
export { toOutline } from './outline.js';
export { cutPart, type CutPart } from './part.js';
export { locate, type Located, type Selection } from './selection.js';
export type { Merge, Sides } from './sides.js';
export type { HeadingTable, TextIndex } from './text-index.js';
export { LineMeter } from './tokens.js';
export { TextWorkshop, type TextLimits } from './workshop.js';
