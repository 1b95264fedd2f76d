import { type BodyContent, LightBody, mediaTypeOf } from './body.js';
import { type HeadersSource, LightHeaders } from './headers.js';

/** The members of fetch's `ResponseInit`, and `url`, which only the transport knows. */
export interface LightResponseInit {
  status?: number;
  statusText?: string;
  headers?: HeadersSource;
  url?: string;
}

const STATUSES_WITHOUT_BODY = new Set([101, 103, 204, 205, 304]);

/** Stands in for the global `Response` (see `LightHeaders` for why). */
export class LightResponse extends LightBody {
  readonly status: number;
  readonly statusText: string;
  readonly headers: LightHeaders;
  readonly url: string;
  readonly type = 'default';

  constructor(body: BodyContent | null = null, init: LightResponseInit = {}) {
    super(body);
    this.status = init.status ?? 200;
    this.statusText = init.statusText ?? '';
    this.headers = new LightHeaders(init.headers);
    this.url = init.url ?? '';

    if (!Number.isInteger(this.status) || this.status < 200 || this.status > 599) {
      throw new RangeError('init["status"] must be in the range of 200 to 599, inclusive.');
    }
    if (body !== null) {
      if (STATUSES_WITHOUT_BODY.has(this.status)) {
        throw new TypeError(`Response constructor: Invalid response status code ${this.status}`);
      }
      const mediaType = mediaTypeOf(body);
      if (mediaType !== undefined && !this.headers.has('content-type')) {
        this.headers.set('content-type', mediaType);
      }
    }
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** The content as a Blob that carries the response's media type. */
  async blob(): Promise<Blob> {
    return new Blob([await this.bytes()], { type: this.headers.get('content-type') ?? '' });
  }
}
