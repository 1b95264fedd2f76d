import { createHash } from 'node:crypto';

import type { Answer } from '../keep-alive-connection.js';
import type { PartJob, PullJob, QueryJob, StoredContent } from '../load-jobs.js';
import { expectFacts, expectStatus, getRequest, isSampled, jsonRequest, pick, type Requests } from './load-request.js';

/** The requests of a pull job. */
export function pulls(job: PullJob): Requests {
  const prepared = job.documents.map((document) => ({ document, pieces: [getRequest(job, pathOf(document))] }));
  return (index) => {
    const { document, pieces } = pick(prepared, index);
    const expectAll = (answer: Answer): { verified: false } => {
      if (answer.bodyBytes !== document.sizeBytes)
        throw new Error(`a pull brought ${answer.bodyBytes} bytes of ${document.sizeBytes}`);
      return expectStatus(answer, 200);
    };
    if (!isSampled(job, index)) return { pieces, check: expectAll };
    const hash = createHash('sha256');
    return {
      pieces,
      sink: (piece) => hash.update(piece),
      check: (answer) => {
        expectAll(answer);
        if (hash.digest('hex') !== document.sha256) throw new Error('a pull brought bytes that were not pushed');
        return { verified: true };
      },
    };
  };
}

/** The requests of a query job. */
export function queries(job: QueryJob): Requests {
  const pieces = [getRequest(job, job.path)];
  const verify = (rows: unknown): undefined => {
    if (!Array.isArray(rows) || rows.length !== job.rows)
      throw new Error(`${job.path} must bring ${job.rows} rows: ${JSON.stringify(rows).slice(0, 300)}`);
  };
  return (index) => jsonRequest(pieces, 200, isSampled(job, index) ? verify : undefined);
}

/** The requests of a job that reads parts of texts. */
export function parts(job: PartJob): Requests {
  const prepared = job.documents.map(({ documentId }) => [getRequest(job, `/documents/${documentId}/${job.part}`)]);
  const verify = (answered: unknown): undefined => {
    expectFacts(answered, job.expected, job.part);
  };
  return (index) => jsonRequest(pick(prepared, index), 200, isSampled(job, index) ? verify : undefined);
}

function pathOf({ documentId, version }: StoredContent): string {
  return version === undefined ? `/documents/${documentId}` : `/documents/${documentId}/versions/${version}`;
}
