/**
 * Stands in for the types of srvx, which name runtimes that are not installed here (Bun, Deno, Cloudflare, AWS). Of all of
 * them `@tus/server` mentions one, and for that any `Request` of the platform will do.
 */
export type ServerRequest = Request;
