import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ServerResponse } from 'node:http';
import stringWidth from 'string-width';
import { BIN, startDoc, type Surroundings, useFolder } from './doc.js';
import { useProxy } from './proxy.js';
import { useServer } from './server-process.js';
import { downloadHeaders, SOME_ID, useStandIns } from './stand-in-server.js';
import { CTRL_C, hasTerminals, terminalSession } from './terminal.js';

const CONTENT = Buffer.alloc(1024 * 1024, 'x');

/** Longer than a transfer takes that shows nothing. */
const LONG_MS = 1500;

describe('on a terminal', function () {
  const standIn = useStandIns();
  const folder = useFolder();

  before(function () {
    if (!hasTerminals) this.skip();
  });

  /** @param ctrlCAfter Ctrl-C is pressed once this has been shown. */
  const session = (command: string, surroundings: Surroundings, ctrlCAfter?: RegExp) =>
    terminalSession(command, { cwd: folder.path, ...surroundings }, ctrlCAfter && { after: ctrlCAfter, keys: CTRL_C });

  const onTerminal = async (command: string, surroundings: Surroundings): Promise<string> =>
    (await session(command, surroundings)).shown;

  const call = (...args: string[]): string => `'${process.execPath}' '${path.join(BIN, 'doc.cjs')}' ${args.join(' ')}`;

  async function slowDownload(): Promise<string> {
    return standIn((_, response) => {
      response.writeHead(200, downloadHeaders(CONTENT));
      void drip(response);
    });
  }

  it('errors are coloured', async () => {
    assert.ok(
      (await onTerminal(call('psh'), {})).startsWith('\x1b[31m\x1b[1mError:\x1b[22m\x1b[39m Unknown command psh.'),
    );
  });

  for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }] as Record<string, string>[]) {
    it(`nothing is coloured with ${JSON.stringify(env)}`, async () => {
      assert.ok((await onTerminal(call('psh'), { env })).startsWith('Error: Unknown command psh.'));
    });
  }

  it('nothing is coloured when errors go elsewhere', async () => {
    assert.ok((await onTerminal(`${call('psh')} 2>&1 | cat`, {})).startsWith('Error: Unknown command psh.'));
  });

  it('a table is cut to the width of the terminal, and nowhere else', async () => {
    const url = await standIn((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify([sampleDocument('A name that is a good deal longer than a terminal is wide, 漢字 too')]),
      );
    });
    const lines = (await onTerminal(`stty cols 72; ${call('query')}`, { url })).trimEnd().split('\n');
    assert.deepEqual(new Set(lines.map((line) => stringWidth(line))), new Set([72]));
    assert.match(lines[3] ?? '', /^│ doc_0123456789ab │ A name .*… │/);
    assert.match(await onTerminal(`stty cols 72; ${call('query')} | cat`, { url }), /漢字 too │/);
  });

  describe('a diff', () => {
    const DIFF = '--- a.md\tversion 1\n+++ a.md\tversion 2\n@@ -1,2 +1,2 @@\n same\n-old\x1b[2J\n+new\n';
    const served = () =>
      standIn((_, response) => {
        response.writeHead(200, { 'content-type': 'text/x-diff; charset=utf-8' }).end(DIFF);
      });

    it('is coloured, and cannot steer the terminal', async () => {
      assert.equal(
        await onTerminal(call('diff', SOME_ID), { url: await served() }),
        '\x1b[1m--- a.md\tversion 1\x1b[22m\n\x1b[1m+++ a.md\tversion 2\x1b[22m\n' +
          '\x1b[36m@@ -1,2 +1,2 @@\x1b[39m\n same\n\x1b[31m-old\\x1b[2J\x1b[39m\n\x1b[32m+new\x1b[39m\n',
      );
    });

    it('is not coloured with NO_COLOR', async () => {
      const shown = await onTerminal(call('diff', SOME_ID), { url: await served(), env: { NO_COLOR: '1' } });
      assert.equal(shown, DIFF.replace('\x1b', '\\x1b'));
    });

    it('is exact when it goes elsewhere', async () => {
      await onTerminal(`${call('diff', SOME_ID)} > diff`, { url: await served() });
      assert.equal(readFileSync(folder.file('diff'), 'utf8'), DIFF);
    });
  });

  it('a text cannot steer it, and is exact when it goes elsewhere', async () => {
    const text = 'one\r\n\x1b]0;owned\x07\ttwo\u202e';
    const url = await standIn((_, response) => {
      const statement = 'All of it.';
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ document_id: SOME_ID, version: 3, text, statement }));
    });
    const statement = `${SOME_ID} version 3: All of it.\n`;
    assert.equal(await onTerminal(call('cat', SOME_ID), { url }), `${statement}one\n\\x1b]0;owned\\x07\ttwo\\u202e`);
    assert.equal(await onTerminal(`${call('cat', SOME_ID)} > text`, { url }), statement);
    assert.equal(readFileSync(folder.file('text'), 'utf8'), text);
  });

  it('doc append says what it waits for, and Ctrl-C ends it', async () => {
    const { code, shown } = await session(`exec ${call('append', SOME_ID)}`, {}, /Ctrl-D/);
    assert.equal(code, 130);
    assert.match(shown, /^Type what to append, and end it with Ctrl-D\.\n[^]*Error:\S* Interrupted\.\n$/);
  });

  it('a long pull shows how far it has come, and takes that away at the end', async () => {
    const shown = await onTerminal(call('pull', SOME_ID), { url: await slowDownload() });
    assert.match(shown, /█+░+ \d+% {2}[\d.]+ KB of 1\.0 MB, [\d.]+ [KM]B\/s/);
    // Whatever the terminal had in the line is erased before the result is printed.
    const afterBar = shown.slice(shown.search(/[█░][^█░]*$/));
    assert.match(afterBar, /\[[02]?[JK].*Downloaded: a\.txt\nSaved to: \.\/a\.txt\nSize: 1\.0 MB\n$/s);
  });

  for (const [how, command] of [
    ['only the id is wanted', call('pull', SOME_ID, '--quiet')],
    ['a program reads', call('pull', SOME_ID, '--format', 'json')],
    ['the content itself is shown', call('pull', SOME_ID, '--output', '-')],
    ['messages go elsewhere', `${call('pull', SOME_ID)} 2> messages`],
  ] as const) {
    it(`a long pull shows nothing when ${how}`, async () => {
      assert.doesNotMatch(await onTerminal(command, { url: await slowDownload() }), /[█░]/);
    });
  }

  it('a short pull shows nothing but its result', async function () {
    const begin = performance.now();
    const url = await standIn((_, response) => response.writeHead(200, downloadHeaders(CONTENT)).end(CONTENT));
    const shown = await onTerminal(call('pull', SOME_ID), { url });
    // On a machine that is busy enough, no pull is short.
    if (performance.now() - begin > LONG_MS) this.skip();
    assert.equal(shown, 'Downloaded: a.txt\nSaved to: ./a.txt\nSize: 1.0 MB\n');
  });

  it('a long push shows how far it has come, also from stdin', async () => {
    const url = await standIn((request, response) => {
      request.on('data', () => undefined).pause();
      setTimeout(() => request.resume(), LONG_MS);
      request.on('end', () => {
        response.writeHead(201, { 'content-type': 'application/json', location: `/documents/${SOME_ID}` });
        response.end(JSON.stringify(sampleDocument('big.bin')));
      });
    });
    writeFileSync(folder.file('big.bin'), Buffer.alloc(48 * 1024 * 1024));
    assert.match(
      await onTerminal(call('push', 'big.bin'), { url }),
      /█*░* \d+% {2}[\d.]+ MB of 48\.0 MB[^]*Name: big\.bin\n/,
    );
    const piped = await onTerminal(`cat big.bin | ${call('push', '-', '--name', 'big.bin')}`, { url });
    assert.match(piped, /[\d.]+ MB, [\d.]+ MB\/s[^]*Name: big\.bin\n/);
  });

  it('a long push of several files shows the rate, the time left and how many are through', async () => {
    const url = await standIn((request, response) => {
      request.on('data', () => undefined).pause();
      setTimeout(() => request.resume(), LONG_MS);
      request.on('end', () => {
        response.writeHead(201, { 'content-type': 'application/json', location: `/documents/${SOME_ID}` });
        response.end(JSON.stringify(sampleDocument('big.bin')));
      });
    });
    for (const name of ['a.bin', 'b.bin']) writeFileSync(folder.file(name), Buffer.alloc(24 * 1024 * 1024));
    const shown = await onTerminal(call('push', 'a.bin', 'b.bin', '--jobs', '1'), { url });
    assert.match(shown, /█+░+ \d+% {2}[01] of 2 files, [\d.]+ [KM]B\/s, \d+ s left/);
    const afterBar = shown.slice(shown.search(/[█░][^█░]*$/));
    assert.match(afterBar, /\[[02]?[JK][^]*│ Document ID [^]*Pushed 2 files/);
    assert.doesNotMatch(await onTerminal(call('push', 'a.bin', 'b.bin', '--quiet'), { url }), /[█░]/);
  });

  it('Ctrl-C ends a long pull, takes the bar away and leaves nothing behind', async () => {
    const url = await standIn((_, response) => {
      response.writeHead(200, downloadHeaders(CONTENT));
      const pieces = setInterval(() => response.write('x'), 50);
      response.on('close', () => {
        clearInterval(pieces);
      });
    });
    const { code, shown } = await session(`exec ${call('pull', SOME_ID)}`, { url }, /[█░] \d+%/);
    assert.equal(code, 130);
    assert.match(shown, /[█░] \d+%[^]*Error:\S* Interrupted\.\n$/);
    assert.deepEqual(readdirSync(folder.path), []);
  });

  describe('a push that was stopped', () => {
    const server = useServer();
    const proxy = useProxy(() => server.url);

    it('goes on where the server is, and so does its bar', async () => {
      const size = 24 * 1024 * 1024;
      writeFileSync(folder.file('big.bin'), randomBytes(size));
      const env = { DOCUMENT_RESUMABLE_FROM_BYTES: '1', XDG_STATE_HOME: folder.file('state') };
      proxy.stallAfter(size / 2);
      const first = startDoc(['push', 'big.bin'], { url: proxy.url, cwd: folder.path, env });
      await proxy.stalled();
      first.child.kill('SIGINT');
      await first.finished;
      proxy.hangUp();

      proxy.stallAfter(1_000_000);
      // From the stall on, as nobody knows how long the command takes to start and to hash the file.
      void proxy.stalled().then(() => setTimeout(() => proxy.stallAfter(undefined), LONG_MS));
      const { code, shown } = await session(call('push', 'big.bin'), { url: proxy.url, env });
      assert.equal(code, 0, shown);
      assert.match(shown, /^Resumed at [\d.]+ MB of 24\.0 MB\.\n/);
      const percentage = Number(/[█░] (\d+)%/.exec(shown)?.[1]);
      assert.ok(percentage > 20, `the bar begins at ${percentage} %`);
      assert.match(shown, /Document pushed successfully!\n/);
    });
  });
});

/** Sends the content in pieces, for longer than a transfer takes that shows nothing. */
async function drip(response: ServerResponse): Promise<void> {
  const pieces = 16;
  for (let piece = 0; piece < pieces; piece += 1) {
    await new Promise((resolve) => setTimeout(resolve, LONG_MS / pieces));
    response.write(CONTENT.subarray((piece * CONTENT.length) / pieces, ((piece + 1) * CONTENT.length) / pieces));
  }
  response.end();
}

function sampleDocument(name: string): Record<string, unknown> {
  return {
    document_id: SOME_ID,
    name,
    original_filename: 'a.txt',
    tags: ['design'],
    description: '',
    size_bytes: 1,
    mime_type: 'text/plain',
    checksum_sha256: '0'.repeat(64),
    uploaded_at: '2026-11-23T10:30:00.000Z',
    updated_at: '2026-11-23T10:30:00.000Z',
    version: 1,
    revision: 1,
  };
}
