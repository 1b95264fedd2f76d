import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import type { CommandContext } from './context.js';
import { Interrupted, UsageError } from './errors.js';
import { readStdinText, withLineEnd } from './text-input.js';

function reading(stdin: Readable, signal = new AbortController().signal): Promise<string> {
  return readStdinText({ stdin, signal } as CommandContext & { stdin: Readable });
}

describe('text on stdin', () => {
  it('comes as it is, characters that were cut in two included, but without a byte order mark', async () => {
    const bytes = Buffer.from('\uFEFFÜber 漢字 🫠\r\n');
    assert.equal(
      await reading(Readable.from([bytes.subarray(0, 4), bytes.subarray(4, 15), bytes.subarray(15)])),
      'Über 漢字 🫠\r\n',
    );
  });

  it('may be nothing', async () => {
    assert.equal(await reading(Readable.from([])), '');
  });

  it('is refused when it is none', async () => {
    await assert.rejects(reading(Readable.from([Buffer.from([0x61, 0xff])])), UsageError);
  });

  it('is not read further than an edit can hold', async () => {
    let read = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          read += 65_536;
          yield Buffer.alloc(65_536, 'x');
        }
      })(),
    );
    await assert.rejects(reading(endless), /2 MiB/);
    assert.ok(read < 4_000_000);
  });

  it('is not waited for when the command is stopped', async () => {
    const stop = new AbortController();
    const waiting = reading(new PassThrough(), stop.signal);
    stop.abort(new Interrupted());
    await assert.rejects(waiting, Interrupted);
  });
});

describe('text of a command line', () => {
  it('is lines, unless it is nothing', () => {
    assert.deepEqual(['a', 'a\n', 'a\nb', ''].map(withLineEnd), ['a\n', 'a\n', 'a\nb\n', '']);
  });
});
