/**
 * Transfers one document in a process of its own, so that its memory can be measured:
 * `node transfer-program.js <base URL> upload|stream|version|download <path> <document id>`. Prints the peak RSS in MiB.
 */
import { createReadStream } from 'node:fs';

import { DocumentClient } from '../src/index.js';

const [, , baseUrl, task, path = '', documentId = ''] = process.argv;
const client = new DocumentClient({ baseUrl });

if (task === 'upload') await client.upload(path, { filename: 'large.bin' });
else if (task === 'stream') await client.upload(createReadStream(path), { filename: 'large.bin' });
else if (task === 'version') await client.createVersion(documentId, path, { ifMatch: '"old"' });
else await client.downloadToFile(documentId, { path });

process.stdout.write(String(Math.round(process.resourceUsage().maxRSS / 1024)));
