/** What many requests leave in the memory of the server: nothing. A process of its own, so that nothing else is measured. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { RawConnection, requestHead } from './raw-connection.js';
import { ServerProcess } from './server-process.js';

const MEBIBYTE = 1024 * 1024;
const REQUESTS = 1500;
const BATCH = 50;
/** A compiled check costs the validator about 100 KB; these would be hundreds of megabytes, one for each request. */
const GROWTH_LIMIT_BYTES = 60 * MEBIBYTE;

/** Memory of the process that is in use now, in bytes. */
function residentBytes(server: ServerProcess): number {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

describe('the memory of the server', () => {
  let server: ServerProcess;
  before(async () => {
    server = await ServerProcess.start({ environment: { DOCUMENT_LOG_LEVEL: 'silent' } });
  });
  after(() => server.dispose());

  /** Sends requests on one connection, some of them at a time. */
  async function send(count: number, makeRequest: (number: number) => string, status: number): Promise<void> {
    const connection = await RawConnection.open(server.port);
    for (let number = 0; number < count; number += BATCH) {
      await connection.write(Array.from({ length: BATCH }, (_, index) => makeRequest(number + index)).join(''));
      for (let index = 0; index < BATCH; index += 1) {
        const response = await connection.response();
        assert.equal(response.status, status, JSON.stringify(response.body));
      }
    }
    connection.destroy();
  }

  const requests: [what: string, makeRequest: (number: number) => string, status: number][] = [
    [
      'a media type of its own',
      (number) => requestHead('POST /documents', `Content-Type: text/x-${number}`, 'Content-Length: 0'),
      415,
    ],
    [
      'parameters of its own to JSON',
      (number) =>
        `${requestHead('PATCH /documents/doc_000000000000', `Content-Type: application/json; n=${number}`, 'Content-Length: 12')}{"name":"x"}`,
      404,
    ],
    [
      'a boundary of its own',
      (number) =>
        requestHead('POST /documents', `Content-Type: multipart/form-data; boundary=b${number}`, 'Content-Length: 0'),
      400,
    ],
    [
      'a media type where none is wanted',
      (number) => requestHead('GET /documents?limit=1', `Content-Type: a/b${number}`),
      200,
    ],
    ['a path of its own', (number) => requestHead(`GET /path-${number}/of/its/own`), 404],
    ['a query of its own', (number) => requestHead(`GET /documents?name=name-${number}&tags=tag-${number}`), 200],
  ];
  for (const [what, makeRequest, status] of requests) {
    it(`does not grow with requests that each bring ${what}`, async () => {
      await send(500, makeRequest, status);
      const before = residentBytes(server);
      await send(REQUESTS, (number) => makeRequest(number + 500), status);
      const growth = residentBytes(server) - before;
      assert.ok(growth < GROWTH_LIMIT_BYTES, `${Math.round(growth / MEBIBYTE)} MiB for ${REQUESTS} requests`);
    });
  }
});
