import { createHash, type Hash } from 'node:crypto';

import { contentBytes, prepareContent } from '../contents.js';
import type { EditJob, MergeJob, StoredContent, TwoVersions } from '../load-jobs.js';
import { openForm, prepareForm } from '../multipart-form.js';
import { PARAGRAPH_BYTES, plainParagraph } from '../prose.js';
import { expectFacts, isSampled, jsonRequest, pick, type Requests } from './load-request.js';
import { versionOf } from './pushes.js';

/** The requests of a job that appends to documents. */
export function edits(job: EditJob): Requests {
  const documents = job.documents.map((document) => new GrowingDocument(document));
  return (index) => {
    const document = pick(documents, index);
    const paragraph = plainParagraph(`${job.run}-${index}`);
    const body = JSON.stringify({ edits: [{ op: 'append', text: paragraph.toString('latin1') }] });
    const head =
      `PATCH /documents/${document.documentId}/content HTTP/1.1\r\nHost: 127.0.0.1:${job.port}\r\nIf-Match: *\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    document.append(paragraph);
    const expected = isSampled(job, index) ? document.facts() : undefined;
    return jsonRequest([Buffer.from(head + body)], 201, expected && ((answered) => storedBy(answered, expected)));
  };
}

/** The requests of a job that merges. */
export function merges(job: MergeJob): Requests {
  const documents = job.documents.map((versions) => new MergedDocument(versions));
  return (index) => pick(documents, index).next(job, index);
}

/** What a document holds that is only appended to. */
class GrowingDocument {
  readonly documentId: string;
  readonly #hash: Hash;
  #sizeBytes: number;

  constructor(document: StoredContent) {
    this.documentId = document.documentId;
    this.#hash = createHash('sha256').update(bytesOf(document));
    this.#sizeBytes = document.sizeBytes;
  }

  append(text: Buffer): void {
    this.#hash.update(text);
    this.#sizeBytes += text.length;
  }

  facts(): ChangeFacts {
    return {
      document_id: this.documentId,
      outcome: 'created',
      checksum_sha256: this.#hash.copy().digest('hex'),
      size_bytes: this.#sizeBytes,
    };
  }
}

/** A paragraph that took the place of another. */
interface ParagraphChange {
  /** In bytes from the start. */
  readonly at: number;
  readonly text: Buffer;
}

/**
 * A document at which two writers take turns, each one version behind: the text of the version before the current one,
 * and the change that made the current one of it. A request sends that text with a change of its own, far from the
 * other; so each merge is of one paragraph with one paragraph, however many came before.
 */
class MergedDocument {
  readonly #documentId: string;
  readonly #text: Buffer;
  #ours: ParagraphChange;
  #etag: string;
  #nextEtag: string;
  #turn = 0;

  constructor({ base, current }: TwoVersions) {
    this.#documentId = base.documentId;
    this.#text = bytesOf(base);
    this.#ours = { at: 0, text: bytesOf(current).subarray(0, PARAGRAPH_BYTES) };
    this.#etag = `"${base.sha256}"`;
    this.#nextEtag = `"${current.sha256}"`;
  }

  next(job: MergeJob, index: number): ReturnType<Requests> {
    const text = this.#text;
    const theirs = { at: this.#nextPlace(), text: plainParagraph(`${job.run}-${index}`) };
    const form = prepareForm({ message: 'Mine' }, { ...prepareContent('paragraphs', text.length), rest: [] });
    const path = `/documents/${this.#documentId}/versions?on_conflict=merge`;
    const head = openForm(form, { port: job.port, path, ifMatch: this.#etag });
    const behind = text.subarray(theirs.at + PARAGRAPH_BYTES);
    const pieces = [head, text.subarray(0, theirs.at), theirs.text, behind, form.tail];
    const verify = (answered: unknown): StoredContent => {
      const number = versionOf(answered);
      return storedBy(answered, {
        document_id: this.#documentId,
        outcome: 'merged',
        parents: [number - 1, number - 2],
        checksum_sha256: this.#mergedDigest(theirs),
        size_bytes: text.length,
      });
    };
    const request = jsonRequest(pieces, 201, isSampled(job, index) ? verify : undefined);
    return {
      ...request,
      check: (answer) => {
        const outcome = request.check(answer);
        this.#advance(theirs, /\r\netag: *("[0-9a-f]{64}")/i.exec(answer.head)?.[1]);
        return outcome;
      },
    };
  }

  /** In the other half of the text than the time before, and never the first paragraph. */
  #nextPlace(): number {
    const half = this.#text.length / PARAGRAPH_BYTES / 2;
    const turn = (this.#turn += 1);
    return PARAGRAPH_BYTES * ((turn % 2) * half + 1 + ((turn * 37) % (half - 2)));
  }

  #mergedDigest(theirs: ParagraphChange): string {
    const merged = Buffer.from(this.#text);
    for (const { at, text } of [this.#ours, theirs]) merged.set(text, at);
    return createHash('sha256').update(merged).digest('hex');
  }

  #advance(theirs: ParagraphChange, mergedEtag: string | undefined): void {
    if (mergedEtag === undefined) throw new Error('a merge was answered without the ETag of a content');
    this.#text.set(this.#ours.text, this.#ours.at);
    this.#ours = theirs;
    this.#etag = this.#nextEtag;
    this.#nextEtag = mergedEtag;
  }
}

interface ChangeFacts {
  readonly document_id: string;
  readonly outcome: 'created' | 'merged';
  readonly parents?: readonly number[];
  readonly checksum_sha256: string;
  readonly size_bytes: number;
}

function storedBy(answered: unknown, expected: ChangeFacts): StoredContent {
  expectFacts(answered, expected, 'a change');
  const { document_id, checksum_sha256, size_bytes } = expected;
  return { documentId: document_id, version: versionOf(answered), sizeBytes: size_bytes, sha256: checksum_sha256 };
}

function bytesOf({ documentId, recipe, sizeBytes }: StoredContent): Buffer {
  if (recipe?.kind !== 'paragraphs') throw new Error(`${documentId} was not pushed as paragraphs`);
  return contentBytes(recipe, sizeBytes);
}
