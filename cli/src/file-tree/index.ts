/** The door of the walk over folders: which files of a folder are meant, and what is left out and why. */
export { globOf, type Glob } from './glob.js';
export { type PathFilter, pathFilter, type PathSelection } from './selection.js';
export { type FoundFile, type SkippedEntry, walkFolder, type WalkOptions } from './walk.js';
export { wouldWalk } from './would-walk.js';
