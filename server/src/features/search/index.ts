/** The door of the search room. */
export { ContentIndexQueue } from './indexing/content-index-queue.js';
export { IndexThread } from './indexing/index-thread.js';
export { Rebuild, type RebuildProgress, type RebuildResult } from './indexing/rebuild.js';
export { fromPlace, nameOfOrdering, placeTypes, searchOrdering, toPlace } from './position.js';
export { Search } from './search.js';
