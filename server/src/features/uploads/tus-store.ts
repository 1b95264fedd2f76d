import { DataStore, Metadata, Upload as TusUpload } from '@tus/server';
import type { Readable } from 'node:stream';
import type { Principal } from '../../kernel/principal.js';
import type { UploadPlan } from './plan.js';
import type { Upload, Uploads } from './uploads.js';

/** Extensions of the protocol that are offered. */
export const EXTENSIONS = ['creation', 'creation-with-upload', 'expiration', 'termination'] as const;

/** What begins an upload. */
export interface Beginning {
  readonly metadata: string;
  readonly plan: UploadPlan;
}

/** The uploads as `@tus/server` sees them, for one request of one principal. */
export class TusStore extends DataStore {
  override readonly extensions = [...EXTENSIONS];
  readonly #uploads: Uploads;
  readonly #principal: Principal;
  readonly #beginning: Beginning | undefined;
  #size: number | undefined;
  /** What is being written; the protocol's code does not wait for it where the request breaks. */
  writing: Promise<number> | undefined;

  constructor(uploads: Uploads, principal: Principal, beginning: Beginning | undefined) {
    super();
    this.#uploads = uploads;
    this.#principal = principal;
    this.#beginning = beginning;
  }

  override async create(upload: TusUpload): Promise<TusUpload> {
    if (!this.#beginning) throw new Error('an upload begins with a plan');
    const { metadata, plan } = this.#beginning;
    await this.#uploads.create(this.#principal, { upload_id: upload.id, size_bytes: upload.size ?? 0, metadata, plan });
    this.#size = upload.size;
    return upload;
  }

  override async getUpload(id: string): Promise<TusUpload> {
    const upload = describe(await this.#uploads.find(this.#principal, id));
    this.#size = upload.size;
    return upload;
  }

  override write(source: Readable, id: string, offset: number): Promise<number> {
    // What is complete has no file any more, and takes no bytes.
    this.writing =
      offset === this.#size ? Promise.resolve(offset) : this.#uploads.append(this.#principal, id, offset, source);
    return this.writing;
  }

  override async remove(id: string): Promise<void> {
    await this.#uploads.remove(this.#principal, id);
  }
}

function describe({ upload_id: id, size_bytes: size, offset_bytes: offset, metadata }: Upload): TusUpload {
  return new TusUpload({ id, size, offset, metadata: Metadata.parse(metadata) });
}
