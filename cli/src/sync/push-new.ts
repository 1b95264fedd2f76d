import path from 'node:path';
import type { Document, DocumentClient, PushItem, PushResult } from '@document-sync/sdk';
import { ChangedMeanwhileError } from './conflict-error.js';
import { type DocumentSet, membershipIn } from './document-set.js';
import { mayHaveBeenStored } from './failures.js';
import type { FolderFiles } from './folder-files.js';
import { isSameStat, statOf, type Scan } from './local-files.js';
import type { LockBook } from './lock-book.js';
import type { PushNew, RemoteDocument } from './plan-types.js';
import type { PushJournal } from './push-journal.js';
import type { Outcome } from './document-steps.js';
import { lstat } from 'node:fs/promises';
import { concurrently } from './concurrently.js';

/** What new files are pushed with. */
export interface PushSite {
  client: DocumentClient;
  documents: DocumentSet;
  book: LockBook;
  journal: PushJournal;
  scan: Scan;
  remote: readonly RemoteDocument[];
  jobs: number;
  signal: AbortSignal;
}

/** Who is told about each file. */
export interface PushListener {
  done(action: PushNew, outcome: Outcome): void;
  failed(action: PushNew, error: unknown): Promise<void>;
}

/** Makes documents of files: of content that the server has, by its digest; small files many in a request. */
export async function pushNewFiles(
  actions: readonly PushNew[],
  site: PushSite,
  files: FolderFiles,
  listener: PushListener,
): Promise<void> {
  const known = new Set(site.remote.map(({ sha256 }) => sha256));
  const finish = async (action: PushNew, document: Document): Promise<void> => {
    const { document_id, version, checksum_sha256: sha256 } = document;
    await site.book.record(action.path, { document_id, version, sha256 });
    site.journal.settled(action.path);
    listener.done(action, { document_id, version });
  };
  await site.journal.begin(actions);
  const rest: PushNew[] = [];
  await concurrently(actions, site.jobs, async (action) => {
    const document = known.has(action.sha256) && action.size > 0 ? await byDigest(action, site) : undefined;
    if (document === undefined) rest.push(action);
    else await finish(action, document);
  });
  const failed = async (action: PushNew, error: unknown): Promise<void> => {
    if (!(await mayHaveBeenStored(error))) site.journal.settled(action.path);
    await listener.failed(action, error);
  };
  await pushByContent(rest, site, files, { finish, failed });
}

/** Undefined where the server has lost the content meanwhile, or cannot be asked: then the file itself is sent. */
async function byDigest(action: PushNew, { client, documents, signal }: PushSite): Promise<Document | undefined> {
  const membership = membershipIn(documents);
  try {
    return await client.uploadByDigest(
      {
        checksum_sha256: action.sha256,
        original_filename: path.posix.basename(action.path),
        name: action.path,
        ...('tags' in membership ? membership : { collection_id: membership.collectionId }),
      },
      { signal },
    );
  } catch (error) {
    const { ProblemError } = await import('@document-sync/sdk');
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

async function pushByContent(
  actions: readonly PushNew[],
  { client, documents, scan, jobs, signal }: PushSite,
  files: FolderFiles,
  listener: {
    finish(action: PushNew, document: Document): Promise<void>;
    failed(action: PushNew, error: unknown): Promise<void>;
  },
): Promise<void> {
  if (actions.length === 0) return;
  const sent: PushNew[] = [];
  const settled: Promise<void>[] = [];

  async function* items(): AsyncGenerator<PushItem> {
    for (const action of actions) {
      if (await isAsPlanned(files, action, scan)) {
        sent.push(action);
        yield { source: files.absolute(action.path), name: action.path, ...membershipIn(documents) };
      } else {
        await listener.failed(action, new ChangedMeanwhileError(action.path));
      }
    }
  }

  const onResult = (result: PushResult): void => {
    const action = sent[result.index];
    if (action === undefined) return;
    settled.push(
      result.error === undefined ? listener.finish(action, result.document) : listener.failed(action, result.error),
    );
  };
  try {
    await client.pushMany(items(), { concurrency: jobs, signal, onResult });
  } finally {
    await Promise.all(settled);
  }
}

/** What changes between this look and the push is told by the digest in the server's answer. */
async function isAsPlanned(files: FolderFiles, { path: name, sha256 }: PushNew, scan: Scan): Promise<boolean> {
  const stat = scan.files.get(name)?.stat;
  try {
    if (stat !== undefined && isSameStat(stat, statOf(await lstat(files.absolute(name))))) return true;
    // A file that was moved by this sync has another ctime; its content tells.
    await files.expect(name, sha256);
    return true;
  } catch {
    return false;
  }
}
