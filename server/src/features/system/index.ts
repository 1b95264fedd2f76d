/** The door of the system room. */
export { System } from './system.js';
