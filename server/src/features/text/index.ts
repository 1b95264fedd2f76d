/** The door of the feature that reads text. */
export { Reading } from './reading.js';
export { TextContents } from './text-contents.js';
