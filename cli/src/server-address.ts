const LOOPBACK = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The address of a server, without a slash at the end; undefined for what is none. */
export function parseServerUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const usable = url !== undefined && /^https?:$/.test(url.protocol) && url.username + url.password === '';
  return usable && url.search + url.hash === '' ? url.href.replace(/\/+$/, '') : undefined;
}

/** A key as a header can carry it; undefined for what none can. */
export function parseApiKey(text: string): string | undefined {
  return /^[\x21-\x7E]+$/.test(text) ? text : undefined;
}

/** Whether two addresses are those of one server, whatever the path. */
export function isSameServer(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}

/** Whether everybody on the way to the server can read what is sent. */
export function isOpenToReaders(serverUrl: string): boolean {
  const { protocol, hostname } = new URL(serverUrl);
  return protocol === 'http:' && !LOOPBACK.test(hostname);
}
