import yauzl from 'yauzl';
import { Unreadable } from './unreadable.js';

/** Entries of an archive, and bytes of all of them, that are unpacked. */
export interface ZipLimits {
  readonly entries: number;
  readonly bytes: number;
}

/**
 * Unpacks an archive to nowhere, and counts. What the archive says of its sizes is not believed.
 *
 * @param kind what the archive should be, for the message
 * @throws Unreadable when it is no archive, or larger than the limits
 */
export async function checkZip(content: Buffer, limits: ZipLimits, kind: string): Promise<void> {
  let bytes = 0;
  let entries = 0;
  try {
    // Not held to the sizes that it declares: a lie in them is not what matters, the bytes are counted.
    const zip = await yauzl.fromBufferPromise(content, { validateEntrySizes: false });
    for await (const entry of zip.eachEntry()) {
      entries += 1;
      if (entries > limits.entries) throw new Unreadable(`It has more than ${limits.entries} files in it.`);
      for await (const chunk of await zip.openReadStreamPromise(entry)) {
        bytes += (chunk as Buffer).length;
        if (bytes > limits.bytes) throw new Unreadable(`Unpacked it is larger than ${limits.bytes / 1024 ** 2} MiB.`);
      }
    }
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable(`It is not a valid ${kind} file.`);
  }
}
