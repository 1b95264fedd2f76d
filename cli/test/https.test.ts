import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { doc } from './doc.js';
import { downloadHeaders, SOME_ID } from './stand-in-server.js';

describe('a server behind https', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'document-sync-cli-https-'));
  const certificate = path.join(folder, 'cert.pem');
  let server: Server | undefined;
  let url = '';

  before(async function () {
    const key = path.join(folder, 'key.pem');
    try {
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:P-256',
          '-nodes',
          '-days',
          '2',
          '-subj',
          '/CN=localhost',
        ].concat(['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate]),
        { stdio: 'ignore' },
      );
    } catch {
      // Not every machine has openssl, and Node alone makes no certificates.
      this.skip();
    }
    server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_, response) => {
      response.writeHead(200, downloadHeaders('over https')).end('over https');
    });
    await once(server.listen(0, 'localhost'), 'listening');
    url = `https://localhost:${(server.address() as AddressInfo).port}`;
  });

  after(() => {
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is reached when its certificate is trusted', async () => {
    const env = { NODE_EXTRA_CA_CERTS: certificate };
    const { code, stdout, stderr } = await doc(['pull', SOME_ID, '--output', '-'], { url, env });
    assert.deepEqual([code, stdout, stderr], [0, 'over https', '']);
  });

  it('is not trusted otherwise, and the message says why', async () => {
    const { code, stdout, stderr } = await doc(['pull', SOME_ID, '--output', '-'], { url });
    assert.deepEqual([code, stdout], [7, '']);
    assert.match(stderr, /^Error: .*self-signed certificate.*\n.*NODE_EXTRA_CA_CERTS/);
  });
});
