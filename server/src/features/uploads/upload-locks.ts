import { setTimeout as sleep } from 'node:timers/promises';
import type { BlobStore } from '../../blobs/index.js';
import { Problem } from '../../kernel/problem.js';
import type { UploadKey } from './uploads.store.js';

/** Who holds a lock in this process. */
interface Holder {
  askToStop(): void;
  readonly released: Promise<void>;
}

/** How long somebody who was asked to stop may take to bring what it has to the disk. */
const PATIENCE_MS = 5000;
/** What is left of a broken connection is on the disk by then; who looks at a living one is not kept waiting for long. */
const SETTLING_MS = 500;

/**
 * One request at a time works on an upload. Whoever comes later asks the one before to stop and goes on where that got
 * to: a client whose connection hangs has opened another one, and need not wait for the first to time out. A request on
 * another server cannot be asked; that one's lock is waited for by the client.
 */
export class UploadLocks {
  readonly #blobs: BlobStore;
  readonly #holders = new Map<string, Holder>();

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
  }

  /**
   * Resolves when nobody in this process works on the upload, or has gone on doing so for a while. A connection that broke
   * may have bytes left that have not been read: who asks just then would be told a number that is out of date at once.
   */
  async settled({ tenant_id, upload_id }: UploadKey): Promise<void> {
    const holder = this.#holders.get(`${tenant_id}/${upload_id}`);
    if (holder) await Promise.race([holder.released, sleep(SETTLING_MS, undefined, { ref: false })]);
  }

  /**
   * Takes the lock.
   *
   * @param askToStop called when somebody else wants it
   * @returns gives it back; safe to repeat
   * @throws Problem `upload_locked`
   */
  async acquire(key: UploadKey, askToStop: () => void): Promise<() => void> {
    const name = `${key.tenant_id}/${key.upload_id}`;
    for (let holder = this.#holders.get(name); holder; holder = this.#holders.get(name)) {
      holder.askToStop();
      const hasStopped = holder.released.then(() => true);
      if (!(await Promise.race([hasStopped, sleep(PATIENCE_MS, false, { ref: false })]))) throw uploadLocked();
    }
    // From here to the entry nobody else gets a turn.
    const lock = this.#blobs.resumable.lock(key);
    if (!lock) throw uploadLocked();
    let tellReleased = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      tellReleased = resolve;
    });
    const holder = { askToStop, released };
    this.#holders.set(name, holder);
    return () => {
      if (this.#holders.get(name) !== holder) return;
      this.#holders.delete(name);
      lock.release();
      tellReleased();
    };
  }
}

/** The refusal of a request that would have to wait, or that another one has put an end to. */
export function uploadLocked(): Problem {
  const detail =
    'Another request is sending to this upload. Ask how far it is, and go on there when that one has ended.';
  return new Problem('upload_locked', detail, { headers: { 'Retry-After': '1' } });
}
