/** The door of the documents room. */
export { collectRegularly } from './collect-regularly.js';
export { Collector, type Collection } from './collector.js';
export { Documents, type Page, type Push } from './documents.js';
export type { DocumentFilter } from './query.store.js';
