/** The door of the links' room. */
export { Links } from './links.js';
export { OpenedLinks } from './opened-links.js';
