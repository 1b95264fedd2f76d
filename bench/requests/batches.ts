import { contentDigest, prepareContent, stamp } from '../contents.js';
import type { BatchJob, StoredContent } from '../load-jobs.js';
import { prepareBatchForm } from '../multipart-form.js';
import { expectFacts, expectStatus, isSampled, type Outcome, type Requests } from './load-request.js';
import { documentIdOf, storedContent } from './pushes.js';

/** What is said of every document, as of those that are pushed alone. */
const METADATA = { name: 'Quarterly architecture review', tags: ['design', 'docs'] };

/** The requests of a job that pushes many files in each. */
export function batches(job: BatchJob): Requests {
  const content = prepareContent(job.content, job.sizeBytes);
  const form = prepareBatchForm(job, METADATA, content);
  return (index) => {
    const stamps = Array.from({ length: job.files }, (_, file) => stamp(job.run, index * job.files + file));
    const body: Buffer[] = [];
    return {
      pieces: stamps.flatMap((unique, file) => [form.before[file] ?? form.tail, unique]).concat(form.tail),
      sink: (piece) => body.push(Buffer.from(piece)),
      check: (answer) => {
        const text = Buffer.concat(body).toString();
        expectStatus(answer, 200, text);
        return () => outcomeOf(JSON.parse(text));
      },
    };

    function outcomeOf(answered: unknown): Outcome {
      const results = stamps.map((unique, file) => {
        if (!isSampled(job, index * job.files + file)) return { status: 201 };
        const document = { checksum_sha256: contentDigest(content, unique), size_bytes: job.sizeBytes };
        return { status: 201, document };
      });
      expectFacts(answered, { created: job.files, failed: 0, results, unexpected_files: [] }, 'a batch');
      const documents = (answered as { readonly results: readonly { readonly document: unknown }[] }).results;
      const stored = results.flatMap(({ document }, file): StoredContent[] => {
        const unique = stamps[file];
        if (document === undefined || unique === undefined) return [];
        const facts = { documentId: documentIdOf(documents[file]?.document), sha256: document.checksum_sha256 };
        return [storedContent(job, facts, unique)];
      });
      return { verified: true, stored };
    }
  };
}
