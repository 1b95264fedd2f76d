import { contentDigest, prepareContent, stamp } from '../contents.js';
import type { PushJob, StoredContent, VersionJob } from '../load-jobs.js';
import { openForm, prepareForm } from '../multipart-form.js';
import { checkedLater, expectFacts, isSampled, jsonRequest, pick, type Requests } from './load-request.js';

/** The requests of a push job. */
export function pushes(job: PushJob): Requests {
  const content = prepareContent(job.content, job.sizeBytes);
  const form = prepareForm({ name: 'Quarterly architecture review', tags: 'design,docs' }, content);
  const head = openForm(form, { port: job.port, path: '/documents' });
  return (index) => {
    const unique = stamp(job.run, index);
    const pieces = [head, unique, ...content.rest, form.tail];
    if (!isSampled(job, index)) return jsonRequest(pieces, 201);
    const request = jsonRequest(pieces, 201, (answered) => {
      const sha256 = contentDigest(content, unique);
      expectFacts(answered, { checksum_sha256: sha256, size_bytes: job.sizeBytes }, 'a push');
      return storedContent(job, { documentId: documentIdOf(answered), sha256 }, unique);
    });
    return checkedLater(request);
  };
}

/** The requests of a job that pushes versions. */
export function versions(job: VersionJob): Requests {
  const content = prepareContent(job.content, job.sizeBytes);
  const form = prepareForm({ message: 'What the review found' }, content);
  const prepared = job.documents.map(({ documentId }) => ({
    documentId,
    head: openForm(form, { port: job.port, path: `/documents/${documentId}/versions`, ifMatch: '*' }),
  }));
  return (index) => {
    const { documentId, head } = pick(prepared, index);
    const unique = stamp(job.run, index);
    const pieces = [head, unique, ...content.rest, form.tail];
    if (!isSampled(job, index)) return jsonRequest(pieces, 201);
    const request = jsonRequest(pieces, 201, (answered) => {
      const sha256 = contentDigest(content, unique);
      const expected = {
        document_id: documentId,
        checksum_sha256: sha256,
        size_bytes: job.sizeBytes,
        outcome: 'created',
      };
      expectFacts(answered, expected, 'a version push');
      return storedContent(job, { documentId, sha256, version: versionOf(answered) }, unique);
    });
    return checkedLater(request);
  };
}

/**
 * The number of the version that an answer speaks of.
 * @throws Error when it names none
 */
export function versionOf(answered: unknown): number {
  const { version } = answered as Readonly<Record<string, unknown>>;
  if (typeof version !== 'number') throw new Error('a change was answered without a version');
  return version;
}

/**
 * The id of the document that an answer speaks of.
 * @throws Error when it names none
 */
export function documentIdOf(answered: unknown): string {
  const { document_id } = answered as Readonly<Record<string, unknown>>;
  if (typeof document_id !== 'string') throw new Error('a push was answered without a document_id');
  return document_id;
}

/**
 * What a job that makes contents has stored.
 * @param unique the content's stamp
 */
export function storedContent(
  { content: kind, sizeBytes }: Pick<PushJob, 'content' | 'sizeBytes'>,
  facts: Pick<StoredContent, 'documentId' | 'sha256' | 'version'>,
  unique: Buffer,
): StoredContent {
  return { ...facts, sizeBytes, recipe: { kind, stamp: unique.toString('latin1') } };
}
