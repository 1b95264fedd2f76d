/** What clients of the tus protocol may ask for. */
import type { ArrivingContent } from '../../kernel/content.js';
import type { Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import type { TusAnswer, TusOptions, TusRequest } from './tus-exchange.js';
import type { Beginning } from './tus-store.js';
import type { Upload } from './uploads.js';

/** The uploads by the protocol's rules. */
export class TusProtocol {
  readonly #options: TusOptions;

  constructor(options: TusOptions) {
    this.#options = options;
  }

  /** What the protocol's client wants to know first: its extensions, comma-separated, and the largest file in bytes. */
  async capabilities(principal: Principal): Promise<{ extensions: string; maxFileBytes: number }> {
    const { headers } = await this.#exchange(principal, { method: 'OPTIONS' });
    return { extensions: headers.get('Tus-Extension') ?? '', maxFileBytes: this.#options.maxFileBytes };
  }

  /**
   * Begins an upload, and takes its first bytes if there are any.
   *
   * @throws Problem `file_too_large`, those of {@link append}, and `document_not_found`, `version_mismatch`
   */
  async create(
    principal: Principal,
    size_bytes: number,
    beginning: Beginning,
    body: ArrivingContent | undefined,
  ): Promise<{ location: string; upload: Upload }> {
    const headers = { 'Upload-Length': String(size_bytes), 'Upload-Metadata': beginning.metadata };
    const answer = await this.#exchange(principal, { method: 'POST', headers, body, beginning });
    const upload = await this.#options.uploads.find(principal, answer.upload_id);
    return { location: answer.headers.get('Location') ?? '', upload };
  }

  /**
   * Takes a piece that begins at `offset`, and makes of the upload what it was begun for when that was the last one.
   *
   * @throws Problem `upload_not_found`, `upload_expired`, `upload_locked`, `offset_mismatch`, `body_too_large`, why the body was
   * cut, `insufficient_storage`, `checksum_mismatch`, and whatever a push may be refused with
   */
  async append(principal: Principal, upload_id: string, offset: number, body: ArrivingContent): Promise<Upload> {
    const headers = { 'Upload-Offset': String(offset) };
    await this.#exchange(principal, { method: 'PATCH', upload_id, headers, body });
    return await this.#options.uploads.find(principal, upload_id);
  }

  /**
   * How far an upload is. One that has all its bytes and was not finished, because its server was killed or its last
   * request was refused, is finished first: to a client of the protocol, all bytes there means done.
   *
   * @throws Problem `upload_not_found`, `upload_expired`, `version_mismatch`, `merge_conflict`, `document_not_found`, `unavailable`
   */
  async look(principal: Principal, upload_id: string): Promise<{ metadata: string | undefined; upload: Upload }> {
    const { uploads } = this.#options;
    // First of all: who may not know of it must not be kept waiting by what is sent to it.
    await uploads.find(principal, upload_id);
    await uploads.locks.settled({ tenant_id: principal.tenant_id, upload_id });
    const found = await uploads.find(principal, upload_id);
    if (found.outcome === undefined && found.offset_bytes === found.size_bytes) {
      await uploads.completeAlone(principal, upload_id).catch((error: unknown) => {
        throw asAnswerToLook(error);
      });
    }
    const { headers } = await this.#exchange(principal, { method: 'HEAD', upload_id });
    const upload = await uploads.find(principal, upload_id);
    return { metadata: headers.get('Upload-Metadata') ?? undefined, upload };
  }

  /** Gives an upload up. @throws Problem `upload_not_found`, `upload_expired`, `upload_locked` */
  async remove(principal: Principal, upload_id: string): Promise<void> {
    await this.#exchange(principal, { method: 'DELETE', upload_id });
  }

  /** The protocol's code is a third of what a server loads, and many never see an upload: it is loaded with the first one. */
  async #exchange(principal: Principal, request: TusRequest): Promise<TusAnswer> {
    const { exchange } = await import('./tus-exchange.js');
    return await exchange(this.#options, principal, request);
  }
}

/** What keeps an upload from being finished, in codes that somebody who only looks can be answered with. */
function asAnswerToLook(error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  if (error.code === 'checksum_mismatch') return new Problem('upload_not_found', error.message);
  if (error.code === 'upload_locked' || error.code === 'insufficient_storage') {
    const detail = 'All bytes have arrived, and are being made the document. Ask again.';
    return new Problem('unavailable', detail, { headers: { 'Retry-After': '1' } });
  }
  return error;
}
