import { readArchive } from '../archive-entries.js';
import type { Answer } from '../keep-alive-connection.js';
import type { ArchiveJob } from '../load-jobs.js';
import { sum } from '../statistics.js';
import { expectStatus, getRequest, isSampled, type Outcome, type Requests } from './load-request.js';

/**
 * The requests of a job that pulls many documents in each. The first archive is taken apart in any case: every other one
 * must be as long as that.
 */
export function archives(job: ArchiveJob): Requests {
  const pieces = [getRequest(job, `/archive?format=${job.format}&${job.selection}`)];
  const digests = job.documents.map(({ sha256 }) => sha256).sort();
  const contentBytes = sum(job.documents.map(({ sizeBytes }) => sizeBytes));
  const lengths = new Set<number>();
  const expectWhole = (answer: Answer, text?: string): Outcome => {
    const outcome = expectStatus(answer, 200, text);
    if (answer.bodyBytes < contentBytes)
      throw new Error(`an archive of ${answer.bodyBytes} bytes for ${contentBytes} of content`);
    lengths.add(answer.bodyBytes);
    if (lengths.size > 1) throw new Error(`archives of the same documents in ${[...lengths].join(' and ')} bytes`);
    return outcome;
  };
  return (index) => {
    if (!isSampled(job, index)) return { pieces, check: expectWhole };
    const body: Buffer[] = [];
    return {
      pieces,
      sink: (piece) => body.push(Buffer.from(piece)),
      check: (answer) => {
        const archive = Buffer.concat(body);
        expectWhole(answer, archive.toString('utf8', 0, 1000));
        return async () => {
          const found = (await readArchive(job.format, archive)).map(({ sha256 }) => sha256).sort();
          if (found.length !== digests.length || found.some((sha256, at) => sha256 !== digests[at]))
            throw new Error(
              `an archive of ${found.length} entries has other contents than the ${digests.length} documents`,
            );
          return { verified: true };
        };
      },
    };
  };
}
