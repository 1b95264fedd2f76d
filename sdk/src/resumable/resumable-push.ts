import type { Connection } from '../connection.js';
import type { ProblemCode, TransferProgress } from '../contract.js';
import { ProblemError, SourceChangedError } from '../errors.js';
import type { Content, LocalFile } from '../form.js';
import { hexOf } from '../hex.js';
import { completeUpload, type StartedUpload } from './complete-upload.js';
import { createUpload, giveUp, readUpload, type UploadMetadata } from './tus.js';

/** A file that is worth being sent so that it can go on after a cut. */
export interface ResumableContent extends Content {
  sizeBytes: number;
  file: LocalFile;
}

/** A push of such a file. */
export interface ResumablePush<Result> {
  content: ResumableContent;
  /** What it is to become. */
  metadata: UploadMetadata;
  /** Whether to go on with what an earlier push of the same file to the same end has left; left out, yes. */
  resume?: boolean | undefined;
  /** Pushes the file by its digest alone; undefined when the server does not have it. */
  byDigest(checksumSha256: string): Promise<Result | undefined>;
  /** What the complete upload became; undefined when it has become nothing yet. */
  resultOf: (upload: StartedUpload['state']) => Result | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** Answers after which nothing will ever come of an upload. After every other one a later push may go on with it. */
const FOR_EVER: ReadonlySet<ProblemCode> = new Set([
  'upload_not_found',
  'upload_expired',
  'checksum_mismatch',
  'document_not_found',
  'version_mismatch',
  'version_removed',
  'merge_conflict',
  'precondition_required',
  'file_too_large',
  'validation_failed',
]);
export function isResumable(content: Content, fromBytes: number): content is ResumableContent {
  return content.file !== undefined && content.sizeBytes !== undefined && content.sizeBytes >= fromBytes;
}

/**
 * Pushes a large file with no byte sent that the server has: not at all when it knows the content, and else as an upload
 * that goes on where it was cut, in this push or in a later one.
 *
 * @throws SourceChangedError when the file changes meanwhile; what cannot be overcome, with the upload left to be gone on
 *   with where that makes sense
 */
export async function pushResumably<Result>(connection: Connection, push: ResumablePush<Result>): Promise<Result> {
  const { content, signal, onProgress } = push;
  const { uploadMemory } = connection;
  const checksumSha256 = await content.file.sha256(signal);
  const metadata: UploadMetadata = [...push.metadata, ['checksum_sha256', checksumSha256]];
  const key = await memoryKey(connection, content, metadata);
  let upload = push.resume === false ? undefined : await rememberedUpload(connection, key, signal);
  if (upload === undefined) {
    const known = await push.byDigest(checksumSha256);
    if (known !== undefined) {
      onProgress?.({ transferredBytes: content.sizeBytes, totalBytes: content.sizeBytes });
      return known;
    }
    const uploadId = await createUpload(connection, content.sizeBytes, metadata, signal);
    upload = { uploadId, state: { offset_bytes: 0 } };
    await uploadMemory.remember(key, { uploadId });
  }
  try {
    const result = await completeUpload(connection, upload, push);
    await uploadMemory.forget(key);
    return result;
  } catch (error) {
    if (isFinal(error)) {
      await uploadMemory.forget(key);
      await giveUp(connection, upload.uploadId).catch(() => undefined);
    }
    throw error;
  }
}

/** What a push by digest gives; undefined when the server does not have the content. */
export async function unlessUnknown<Result>(push: Promise<Result>): Promise<Result | undefined> {
  try {
    return await push;
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'content_not_found') return undefined;
    throw error;
  }
}

/** The upload that an earlier push has left, if the server still has it. */
async function rememberedUpload(
  connection: Connection,
  key: string,
  signal: AbortSignal | undefined,
): Promise<StartedUpload | undefined> {
  const remembered = await connection.uploadMemory.recall(key);
  if (remembered === undefined) return undefined;
  try {
    const { uploadId } = remembered;
    return { uploadId, state: await readUpload(connection, uploadId, signal) };
  } catch (error) {
    if (!isFinal(error)) throw error;
    await connection.uploadMemory.forget(key);
    return undefined;
  }
}

/** Whether nothing will ever come of the upload. */
function isFinal(error: unknown): boolean {
  if (error instanceof ProblemError) return FOR_EVER.has(error.code);
  return error instanceof SourceChangedError;
}

/** The same file, unchanged, on its way to the same place in the same store, and nothing else. */
async function memoryKey(
  { baseUrl }: Connection,
  { sizeBytes, file }: ResumableContent,
  metadata: UploadMetadata,
): Promise<string> {
  const facts = JSON.stringify([baseUrl, file.path, sizeBytes, file.modified, metadata]);
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(facts))));
}
