/**
 * Injected by the bundler: inside the bundle these names are not Node's globals, whose first use loads all of its fetch.
 * openapi-fetch makes requests and headers with them, and asks whether a body is a form.
 */
export { LightHeaders as Headers } from './headers.js';
export { LightRequest as Request, LightRequest as 'globalThis.Request' } from './request.js';
export { LightResponse as Response } from './response.js';

/** Nothing in the bundle sends a form as an object: the SDK writes multipart bodies itself. */
export class FormData {}
