import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('npm start', function () {
  this.timeout(60_000);
  let storage: string;
  beforeEach(() => {
    storage = mkdtempSync(path.join(tmpdir(), 'document-sync-start-'));
  });
  afterEach(() => {
    rmSync(storage, { recursive: true, force: true });
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`serves; a ${signal} to npm reaches the server, which ends in order`, async () => {
      const npm = spawn('npm', ['start'], {
        cwd: root,
        env: { ...process.env, DOCUMENT_SERVER_PORT: '0', DOCUMENT_STORAGE_DIR: storage, DOCUMENT_LOG_LEVEL: 'silent' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const output: string[] = [];
      npm.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text));
      const ended = once(npm, 'exit');
      let url: string | undefined;
      for await (const line of createInterface({ input: npm.stdout })) {
        output.push(line);
        url = /http:\/\/[\d.:]+/.exec(line)?.[0];
        if (url !== undefined) break;
      }
      assert.ok(url, output.join('\n'));
      assert.equal((await fetch(`${url}/health`)).status, 200);

      npm.kill(signal);

      assert.deepEqual(await ended, [0, null]);
      await assert.rejects(fetch(`${url}/health`), 'the server is still there');
    });
  }
});
