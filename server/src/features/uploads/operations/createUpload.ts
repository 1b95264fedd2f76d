import type { OperationHandler } from '../../../http/operation.js';
import { speakTus } from '../../../http/tus.js';
import { progressHeaders } from '../../../http/upload-answer.js';
import type { ReadUploadMetadata, UploadMetadata } from '../../../http/upload-metadata.js';
import { parsePrecondition, PRECONDITION_GRAMMAR } from '../../../kernel/precondition.js';
import { Problem } from '../../../kernel/problem.js';
import type { TusProtocol, UploadPlan } from '../index.js';

export function createUpload(tus: TusProtocol, readMetadata: ReadUploadMetadata): OperationHandler<'createUpload'> {
  return ({ headers, body, principal }) =>
    speakTus(headers, async () => {
      refuseWhatIsNotOffered(headers);
      const metadata = headers['upload-metadata'] ?? '';
      const beginning = { metadata, plan: toPlan(await readMetadata(metadata)) };
      const { location, upload } = await tus.create(principal, Number(headers['upload-length']), beginning, body);
      return { status: 201, headers: { Location: location, ...progressHeaders(upload) } };
    });
}

/** Extensions of tus that would mean something else than what is done without them. */
function refuseWhatIsNotOffered(headers: Readonly<Record<string, string | undefined>>): void {
  for (const [name, advice] of [
    ['upload-defer-length', 'say in Upload-Length how many bytes the file has'],
    ['upload-concat', 'send the file as one upload (no parallel ones)'],
  ] as const) {
    if (headers[name] !== undefined) {
      throw Problem.invalid({ location: `header.${name}`, message: `is an extension that is not offered; ${advice}` });
    }
  }
}

const OF_DOCUMENTS = ['name', 'tags', 'description', 'collection_id'] as const;
const OF_VERSIONS = ['if_match', 'on_conflict', 'message'] as const;

function toPlan(said: UploadMetadata): UploadPlan {
  const { filename, filetype, checksum_sha256, document_id } = said;
  const file = { filename, filetype, checksum_sha256 };
  if (document_id === undefined) {
    refuseKeys(said, OF_VERSIONS, "is about a document's next version; name it in document_id");
    const { name, tags = [], description = '', collection_id } = said;
    return { ...file, target: { name, tags, description, collection_id } };
  }
  refuseKeys(said, OF_DOCUMENTS, "says nothing about a document's next version");
  const { if_match, on_conflict, message = '' } = said;
  if (if_match === undefined) {
    const detail =
      'Say in if_match of Upload-Metadata which version the file replaces: its ETag, or * for whatever is there.';
    throw new Problem('precondition_required', detail);
  }
  const precondition = parsePrecondition(if_match);
  if (precondition === undefined) {
    throw Problem.invalid({ location: 'header.upload-metadata.if_match', message: PRECONDITION_GRAMMAR });
  }
  return { ...file, target: { document_id, precondition, merge: on_conflict === 'merge', message } };
}

function refuseKeys(said: UploadMetadata, keys: readonly (keyof UploadMetadata)[], message: string): void {
  const mistakes = keys.filter((key) => said[key] !== undefined);
  if (mistakes.length > 0) {
    throw Problem.invalid(mistakes.map((key) => ({ location: `header.upload-metadata.${key}`, message })));
  }
}
