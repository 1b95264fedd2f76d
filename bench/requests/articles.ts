import { createHash } from 'node:crypto';

import { STAMP_BYTES, stamp } from '../contents.js';
import type { ArticleJob } from '../load-jobs.js';
import { openForm, prepareForm, type PreparedForm } from '../multipart-form.js';
import { searchCorpus } from '../search/search-corpus.js';
import { documentIdOf } from './pushes.js';
import { checkedLater, expectFacts, isSampled, jsonRequest, pick, type Requests } from './load-request.js';

/** Texts that are pushed in turn: so many that their words are as many as in a collection of them. */
const TEXTS = 1000;

const TYPES = {
  indexed: { filename: 'review.md', mimeType: 'text/markdown' },
  // Whatever calls itself an image is not looked into.
  'not indexed': { filename: 'review.png', mimeType: 'image/png' },
} as const;

let texts: readonly Buffer[] | undefined;

/** The requests of a job that pushes texts of 4 KB, each with a content of its own. */
export function articles(job: ArticleJob): Requests {
  const type = TYPES[job.as];
  const prepared = articleTexts().map((text) => {
    const content = { ...type, sizeBytes: STAMP_BYTES + text.length, rest: [text] };
    const form = prepareForm({ name: 'Quarterly architecture review', tags: 'design,docs' }, content);
    return { form, text, head: openForm(form, { port: job.port, path: '/documents' }) };
  });
  return (index) => {
    const { form, head, text } = pick(prepared, index);
    const unique = stamp(job.run, index);
    const pieces = [head, unique, ...form.content.rest, form.tail];
    if (!isSampled(job, index)) return jsonRequest(pieces, 201);
    return checkedLater(
      jsonRequest(pieces, 201, (answered) => stored(answered, job, form, Buffer.concat([unique, text]))),
    );
  };
}

function stored(answered: unknown, job: ArticleJob, { content }: PreparedForm, bytes: Buffer) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const index_status = job.as === 'indexed' ? 'indexed' : 'not_indexed';
  expectFacts(answered, { checksum_sha256: sha256, size_bytes: content.sizeBytes, index_status }, 'a push');
  return { documentId: documentIdOf(answered), sha256, sizeBytes: content.sizeBytes };
}

function articleTexts(): readonly Buffer[] {
  texts ??= Array.from(searchCorpus('articles', TEXTS), ({ content }) =>
    // The stamp stands in a line of its own, so that the title stays one.
    Buffer.concat([Buffer.from('\n\n'), content]),
  );
  return texts;
}
