/** A program as a user of the package writes it for Node: pushes, queries, pulls, and reads the contract. */
export const NODE_PROGRAM = `
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type components,
  type Document,
  DocumentClient,
  type Download,
  type DownloadedFile,
  type NotModified,
  ProblemError,
  type ProblemCode,
  safeFilename,
} from '@document-sync/sdk';

const client = new DocumentClient({ baseUrl: process.argv[2], idleTimeoutMs: 10_000, retries: 1 });
const folder = await mkdtemp(join(tmpdir(), 'sdk-user-'));
const path = join(folder, safeFilename('../plan.md'));
await writeFile(path, '# Plan\\n');
const signal = AbortSignal.timeout(10_000);

const pushed: Document = await client.upload(path, { name: 'Plan', tags: ['design'], signal });
const same: components['schemas']['Document'] = await client.get(pushed.document_id);
const found: string[] = [];
for await (const { name } of client.queryAll({ tags: ['design'], limit: 1 })) found.push(name);
const pulled: DownloadedFile = await client.downloadToFile(pushed.document_id, { path: join(folder, 'pulled.md') });
const download: Download = await client.download(pushed.document_id);
const known: Download | NotModified = await client.download(pushed.document_id, { ifNoneMatch: download.etag });
let code: ProblemCode | undefined;
try {
  await client.get('doc_000000000000');
} catch (error) {
  if (error instanceof ProblemError) code = error.code;
}
const raw = await client.api.GET('/health');
// @ts-expect-error -- a path that the contract does not have
void (() => client.api.GET('/nowhere'));
// @ts-expect-error -- a code that the contract does not have
void (code === 'no_such_code');
// @ts-expect-error -- a filter of the wrong type
void (() => client.query({ limit: 'all' }));

const contract = await readFile(fileURLToPath(import.meta.resolve('@document-sync/sdk/openapi.yaml')), 'utf8');
console.log(
  JSON.stringify({
    same: same.checksum_sha256 === pushed.checksum_sha256,
    found,
    pulled: await readFile(pulled.path, 'utf8'),
    streamed: await new Response(download.body).text(),
    known: known.status,
    code,
    health: raw.data?.status,
    contract: contract.slice(0, 14),
  }),
);
await rm(folder, { recursive: true });
`;

/** A program for a browser. The server's address stands where a page would have its own. */
export const BROWSER_PROGRAM = `
import { DocumentClient, IntegrityError } from '@document-sync/sdk';

declare global {
  interface Window {
    baseUrl: string;
    show: (text: string) => void;
  }
}

const client = new DocumentClient({ baseUrl: globalThis.window.baseUrl });
const { document_id } = await client.upload(new File(['# Page\\n'], 'größe.md'), { tags: ['browser'] });
const blob: Blob = await (await client.download(document_id)).blob();
const { documents } = await client.query({ tags: ['browser'] });
const refused = await client.downloadToFile(document_id).catch((error: Error) => error.name);
const damaging = new DocumentClient({
  baseUrl: client.baseUrl,
  fetch: async (input, init) => {
    const { status, headers } = await fetch(input, init);
    return new Response('# Pagf\\n', { status, headers });
  },
});
const damaged = await (await damaging.download(document_id)).blob().catch((error: unknown) => error);
globalThis.window.show(
  JSON.stringify({
    filename: documents[0]?.original_filename,
    text: await blob.text(),
    refused,
    damaged: damaged instanceof IntegrityError,
  }),
);
`;
