import type { Problem as ProblemBody, ProblemCode } from './contract.js';

/** One mistake of a request: where it stands (`body.name`, `query.limit`) and what is wrong with it. */
export interface ProblemError {
  location: string;
  message: string;
}

/** Status and title of every code of the contract; the compiler holds the table to the contract's enum. */
const kinds = {
  validation_failed: [400, 'The request breaks the contract'],
  malformed_request: [400, 'The request cannot be read'],
  host_not_allowed: [403, 'This host name is not served'],
  origin_not_allowed: [403, 'Requests from this web page are not allowed'],
  unauthenticated: [401, 'A valid key is needed'],
  insufficient_scope: [403, 'The key lacks the scope'],
  forbidden: [403, 'The key may not do this'],
  tenant_suspended: [403, 'The tenant is suspended'],
  rate_limited: [429, 'Too many requests'],
  quota_exceeded: [507, "The tenant's quota is used up"],
  api_key_not_found: [404, 'Key not found'],
  collection_not_found: [404, 'Collection not found'],
  collection_exists: [409, 'A collection of this name exists'],
  link_not_found: [404, 'Link not found'],
  link_expired: [410, 'The link is not valid any more'],
  tenant_not_found: [404, 'Tenant not found'],
  tenant_exists: [409, 'A tenant of this id exists'],
  document_not_found: [404, 'Document not found'],
  version_not_found: [404, 'Version not found'],
  version_removed: [410, 'The version was removed'],
  section_not_found: [404, 'Section not found'],
  section_ambiguous: [409, 'Several sections fit'],
  content_not_found: [404, 'Content not found'],
  checksum_mismatch: [422, 'The content is not what was promised'],
  batch_failed: [409, 'Not every change can be made'],
  archive_too_large: [422, 'Too many documents for an archive'],
  upload_not_found: [404, 'Upload not found'],
  upload_expired: [410, 'The upload has expired'],
  offset_mismatch: [409, 'The piece does not fit'],
  upload_locked: [423, 'The upload is busy'],
  tus_version_unsupported: [412, 'The version of tus is not supported'],
  precondition_required: [428, 'The change does not name what it replaces'],
  version_mismatch: [412, 'The document has changed'],
  merge_conflict: [412, 'Both sides changed the same lines'],
  edit_failed: [422, 'The edit does not fit the text'],
  not_text: [422, 'The content is not text'],
  text_too_large: [422, 'The text is too large for this'],
  route_not_found: [404, 'No such path'],
  method_not_allowed: [405, 'The path has no such method'],
  request_timeout: [408, 'The request took too long to arrive'],
  file_too_large: [413, 'The file is too large'],
  body_too_large: [413, 'The request is too large'],
  headers_too_large: [431, "The request's header is too large"],
  unsupported_media_type: [415, 'Unsupported media type'],
  range_not_satisfiable: [416, 'Range not satisfiable'],
  unavailable: [503, 'The server cannot serve now'],
  insufficient_storage: [507, "The server's storage is full"],
  internal_error: [500, 'Internal error'],
} as const satisfies Record<ProblemCode, readonly [status: number, title: string]>;

/** More mistakes than this help nobody, and an answer must not grow with a hostile request. */
const NAMED_MISTAKES = 20;

/** What some problems carry beside their detail, for programs: members of the contract's `Problem`. */
export type ProblemDetails = Pick<
  ProblemBody,
  | 'current_version'
  | 'current_etag'
  | 'conflicts'
  | 'conflict_count'
  | 'found'
  | 'failures'
  | 'quota'
  | 'required_scopes'
>;

/**
 * An expected error: something the client, its network or the machine did, with a code of the contract.
 * Everything else that is thrown is a mistake of the server.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly errors: ProblemError[] | undefined;
  /** Response headers that belong to the problem, as `Allow` to a 405. */
  readonly headers: Readonly<Record<string, string>>;
  readonly details: ProblemDetails;

  /**
   * @param code the contract's code; it decides status and title
   * @param detail what happened and what to do, for people; it goes over the wire
   */
  constructor(
    code: ProblemCode,
    detail: string,
    more: {
      errors?: ProblemError[];
      headers?: Record<string, string>;
      details?: ProblemDetails;
      cause?: unknown;
    } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.status = kinds[code][0];
    this.errors = more.errors;
    this.headers = more.headers ?? {};
    this.details = more.details ?? {};
  }

  /** A `validation_failed` whose detail is made of its single mistakes; of very many, the first ones are named. */
  static invalid(mistakes: ProblemError | readonly ProblemError[]): Problem {
    const errors = [mistakes].flat();
    const named = errors.slice(0, NAMED_MISTAKES);
    const rest = errors.length - named.length;
    const detail = named.map((error) => `${error.location}: ${error.message}`).join('; ');
    return new Problem('validation_failed', rest > 0 ? `${detail}; and ${rest} more` : detail, { errors: named });
  }

  /** The same problem with further response headers. */
  withHeaders(headers: Readonly<Record<string, string>>): Problem {
    const { code, message, errors, details, cause } = this;
    return new Problem(code, message, {
      headers: { ...this.headers, ...headers },
      details,
      cause,
      ...(errors && { errors }),
    });
  }

  /** The body that goes over the wire. */
  toBody(requestId: string): ProblemBody {
    return {
      type: `urn:document-sync:problem:${this.code}`,
      title: kinds[this.code][1],
      status: this.status,
      code: this.code,
      detail: this.message,
      request_id: requestId,
      ...(this.errors && { errors: this.errors }),
      ...this.details,
    };
  }
}
