import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { keepReadingAfterBrokenWrite } from './broken-write.js';

/** A connection whose other side takes nothing more, and has something to say. */
function brokenConnection(code: string): Socket {
  const error = Object.assign(new Error(`write ${code}`), { code });
  const connection = new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => {
      done(error);
    },
    writev: (_chunks, done) => {
      done(error);
    },
  });
  return connection as Socket;
}

async function answerAfterWrites(connection: Socket): Promise<string> {
  let answer = '';
  connection.on('data', (data: Buffer) => (answer += data.toString()));
  connection.on('error', () => undefined);
  connection.cork();
  connection.write('one');
  connection.write('two');
  connection.uncork();
  await new Promise((resolve) => setImmediate(resolve));
  connection.push('the answer');
  await new Promise((resolve) => setImmediate(resolve));
  return answer;
}

describe('a connection that takes no more', () => {
  it('is dropped by Node with its answer unread', async () => {
    assert.equal(await answerAfterWrites(brokenConnection('EPIPE')), '');
  });

  for (const code of ['EPIPE', 'ECONNRESET']) {
    it(`is read on (${code})`, async () => {
      const connection = brokenConnection(code);
      keepReadingAfterBrokenWrite(connection);
      assert.equal(await answerAfterWrites(connection), 'the answer');
      connection.destroy();
    });
  }

  it('is dropped for any other error', async () => {
    const connection = brokenConnection('ENOSPC');
    keepReadingAfterBrokenWrite(connection);
    assert.equal(await answerAfterWrites(connection), '');
    assert.equal(connection.destroyed, true);
  });
});
