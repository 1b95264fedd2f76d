import { type BodyContent, LightBody, mediaTypeOf } from './body.js';
import { type HeadersSource, LightHeaders } from './headers.js';

/** The members of fetch's `RequestInit` that the transport knows; others are ignored, as fetch does. */
export interface LightRequestInit {
  method?: string;
  headers?: HeadersSource;
  body?: BodyContent | null;
  signal?: AbortSignal | null;
  redirect?: RequestRedirect;
  duplex?: 'half';
}

const KNOWN_METHODS = /^(delete|get|head|options|post|put)$/i;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Stands in for the global `Request` (see `LightHeaders` for why). Takes what fetch takes: an address or another
 * request, whose parts `init` overrides. TypeError for what cannot be requested.
 */
export class LightRequest extends LightBody {
  readonly url: string;
  readonly method: string;
  readonly headers: LightHeaders;
  readonly signal: AbortSignal;
  readonly redirect: RequestRedirect;

  constructor(input: string | URL | LightRequest, init: LightRequestInit = {}) {
    const base = input instanceof LightRequest ? input : undefined;
    const given = init.body ?? null;
    super(given ?? base?.takeContent() ?? null);

    this.url = input instanceof LightRequest ? input.url : absoluteUrl(input.toString());
    this.method = normalizedMethod(init.method ?? base?.method ?? 'GET');
    this.headers = new LightHeaders(init.headers ?? base?.headers);
    this.signal = init.signal ?? base?.signal ?? new AbortController().signal;
    this.redirect = init.redirect ?? base?.redirect ?? 'follow';

    if (given !== null) {
      this.#checkBody(given, init);
    }
  }

  #checkBody(body: BodyContent, init: LightRequestInit): void {
    if (this.method === 'GET' || this.method === 'HEAD') {
      throw new TypeError('Request with GET/HEAD method cannot have body.');
    }
    if (Symbol.asyncIterator in Object(body) && init.duplex !== 'half') {
      throw new TypeError('RequestInit: duplex option is required when sending a body.');
    }
    const mediaType = mediaTypeOf(body);
    if (mediaType !== undefined && !this.headers.has('content-type')) {
      this.headers.set('content-type', mediaType);
    }
  }
}

function absoluteUrl(address: string): string {
  if (!URL.canParse(address)) {
    throw new TypeError(`Failed to parse URL from ${address}`);
  }
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(`Request cannot be constructed from a URL that includes credentials: ${address}`);
  }
  return url.href;
}

function normalizedMethod(method: string): string {
  if (!TOKEN.test(method)) {
    throw new TypeError(`'${method}' is not a valid HTTP method.`);
  }
  return KNOWN_METHODS.test(method) ? method.toUpperCase() : method;
}
