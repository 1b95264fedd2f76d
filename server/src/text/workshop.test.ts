import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContentEdit } from '../kernel/contract.js';
import { Problem } from '../kernel/problem.js';
import { cutPart, locate, TextWorkshop, toOutline, type DiffJob } from './index.js';
import { encoded, utf8 } from './testing/arbitrary-text.js';
import { hasCode } from './testing/problems.js';

const MAX_BYTES = 16 * 1024 * 1024;
const append: ContentEdit[] = [{ op: 'append', text: 'b' }];

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

function diffJob(before: Uint8Array, after: Uint8Array, form: DiffJob['form'] = 'patch'): DiffJob {
  const side = (content: Uint8Array, version: number) => ({ content, filename: 'a.md', version });
  return { from: side(before, 1), to: side(after, 2), context: 3, form };
}

/** Lines that take the comparison as long as it may take: all are in both texts, in no common order. */
function noise(lines: number, seed: number): Uint8Array {
  let state = seed;
  const random = () => (state = (state * 48_271) % 2_147_483_647) % 40;
  return utf8(Array.from({ length: lines }, () => `${random()}\n`).join(''));
}

describe('TextWorkshop', () => {
  let workshop: TextWorkshop;
  before(() => {
    workshop = new TextWorkshop({ maxBytes: MAX_BYTES, timeoutMs: 10_000 });
  });
  after(() => workshop.close());

  it('does what the jobs do', async () => {
    assert.equal(text(await workshop.edit(utf8('a'), append)), 'a\nb');
    assert.match(text(await workshop.diff(diffJob(utf8('a\n'), utf8('b\n')))), /-a\n\+b\n$/);
    assert.deepEqual(JSON.parse(text(await workshop.diff(diffJob(utf8('a\n'), utf8('a\n'), 'hunks')))), []);
    const merge = await workshop.merge({
      base: utf8('a\nb\nc\n'),
      current: utf8('A\nb\nc\n'),
      yours: utf8('a\nb\nC\n'),
    });
    assert.equal('merged' in merge ? text(merge.merged) : merge, 'A\nb\nC\n');
    const conflict = await workshop.merge({ base: utf8('a\n'), current: utf8('b\n'), yours: utf8('c\n') });
    assert.equal('conflict_count' in conflict && conflict.conflict_count, 1);
  });

  it('indexes a text for outlines and partial reads', async () => {
    const content = '# Doc\n\n## Decisions\n\nRetries are capped.\n\n## Next\n';
    const index = await workshop.index(utf8(content));
    const { headings, ...totals } = toOutline(index);
    const total_tokens = index.total_tokens;
    assert.deepEqual(totals, { total_lines: 7, total_bytes: 50, total_tokens, total_headings: 3, truncated: false });
    assert.deepEqual(
      headings.map(({ tokens, ...heading }) => ({ ...heading, known: tokens > 0 })),
      [
        { level: 1, title: 'Doc', anchor: '#doc', start_line: 1, end_line: 7, size_bytes: 50, known: true },
        { level: 2, title: 'Decisions', anchor: '#decisions', start_line: 3, end_line: 6, size_bytes: 35, known: true },
        { level: 2, title: 'Next', anchor: '#next', start_line: 7, end_line: 7, size_bytes: 8, known: true },
      ],
    );
    const located = locate(index, { section: 'Decisions' });
    const part = cutPart(index, located, utf8(content).subarray(located.range?.start, (located.range?.end ?? 0) + 1));
    assert.equal(part.text, '## Decisions\n\nRetries are capped.\n\n');
    assert.equal(part.tokens, headings[1]?.tokens);
  });

  it('refuses as the jobs do: problems cross the threads whole', async () => {
    await assert.rejects(
      workshop.edit(utf8('a a'), [{ op: 'replace', old: 'a', new: 'b' }]),
      (error: unknown) =>
        error instanceof Problem &&
        error.status === 422 &&
        error.details.found?.occurrences === 2 &&
        hasCode('edit_failed', /occurs 2 times/)(error),
    );
    await assert.rejects(workshop.index(Uint8Array.of(0)), hasCode('not_text'));
  });

  it('takes the memory of contents over, and leaves shared memory alone', async () => {
    const own = utf8('a');
    await workshop.edit(own, append);
    assert.equal(own.byteLength, 0);
    const pooled = Buffer.from('from the pool');
    assert.ok(pooled.buffer.byteLength > pooled.length);
    assert.equal(text(await workshop.edit(pooled.subarray(9), append)), 'pool\nb');
    assert.equal(pooled.toString(), 'from the pool');
  });

  it('refuses what is too large without touching it', async () => {
    const large = new Uint8Array(MAX_BYTES + 1);
    const limit = /16777217 bytes, and text operations take 16777216 \(DOCUMENT_MAX_TEXT_BYTES\)/;
    await assert.rejects(workshop.index(large), hasCode('text_too_large', limit));
    await assert.rejects(workshop.edit(large, append), hasCode('text_too_large', limit));
    await assert.rejects(
      workshop.diff(diffJob(utf8('a'), large)),
      hasCode('text_too_large', /^Version 2 is too large/),
    );
    const merge = await workshop.merge({ base: utf8('a'), current: large, yours: utf8('b') });
    assert.match('unmergeable' in merge ? merge.unmergeable : '', limit);
    assert.equal(large.byteLength, MAX_BYTES + 1);
  });

  it('bounds hostile texts of 10 MB', async () => {
    const megabytes = (part: string) => utf8(part.repeat(10_000_000 / part.length));
    const lines = async (content: Uint8Array) => {
      const index = await workshop.index(content);
      return [index.total_lines, index.headings?.total, index.weight < 100_000];
    };
    assert.deepEqual(await lines(megabytes('a')), [1, 0, true]);
    assert.deepEqual(await lines(megabytes('\n')), [10_000_000, 0, true]);
    assert.deepEqual(await lines(megabytes('#')), [1, 0, true]);
    assert.deepEqual(await lines(megabytes('#\n')), [5_000_000, undefined, true]);
    assert.deepEqual(await lines(megabytes('>>>>> # a\n')), [1_000_000, 0, true]);
    const sides = { base: megabytes('a'), current: megabytes('b'), yours: megabytes('c') };
    const merge = await workshop.merge(sides);
    assert.ok('conflicts' in merge && JSON.stringify(merge).length < 10_000);
    const unlike = (word: string) =>
      utf8(Array.from({ length: 250_000 }, (_, at) => `${word} line of an ordinary length ${at}\n`).join(''));
    const patch = await workshop.diff(diffJob(unlike('one'), unlike('two')));
    assert.ok(patch.length > 18_000_000);
    const index = await workshop.index(utf8('1\n- \n'.repeat(300_000)));
    assert.throws(() => toOutline(index), hasCode('text_too_large', /600000 lines, too many to look for headings/));
    assert.throws(() => locate(index, { section: 'a' }), hasCode('text_too_large'));
    assert.equal(locate(index, { lines: '-1' }).first_line, 600_000);
  }).timeout(60_000);

  it('keeps the event loop free while it diffs and merges 10 MB', async () => {
    const large = Array.from({ length: 250_000 }, (_, at) => `a line of an ordinary length: ${at}\n`);
    const change = (offset: number) =>
      utf8(large.map((line, at) => (at % 997 === offset ? `x ${line}` : line)).join(''));
    const sides = { base: utf8(large.join('')), current: change(100), yours: change(500) };
    const patch = diffJob(utf8(large.join('')), change(300));
    const hostile = diffJob(noise(200_000, 7), noise(200_000, 8));
    const other = new TextWorkshop({ maxBytes: MAX_BYTES, timeoutMs: 2_000 });
    const started = performance.now();
    const delay = monitorEventLoopDelay({ resolution: 5 });
    // What this test itself has just prepared is collected before the measurement.
    await sleep(50);
    delay.enable();
    const jobs = [workshop.merge(sides), workshop.diff(patch), other.diff(hostile).catch(hasCode('text_too_large'))];
    const [merge, diff] = await Promise.all(jobs);
    delay.disable();
    await other.close();
    assert.ok(merge !== undefined && typeof merge === 'object' && 'merged' in merge && merge.merged.length > 9_000_000);
    assert.ok(diff instanceof Uint8Array && diff.length > 20_000);
    assert.ok(performance.now() - started > 500, 'the work was not heavy');
    assert.ok(delay.max < 100e6, `the event loop was late by ${(delay.max / 1e6).toFixed(0)} ms`);
  }).timeout(60_000);

  it('is quick for small edits', async () => {
    const times: number[] = [];
    for (let at = 0; at < 200; at++) {
      const started = performance.now();
      await workshop.edit(utf8('word '.repeat(1_000)), append);
      times.push(performance.now() - started);
    }
    const middle = times.sort((one, two) => one - two)[100] ?? Infinity;
    assert.ok(middle < 20, `${middle} ms`);
  });
});

describe('TextWorkshop within its limits', () => {
  it('ends what takes too long with its thread, and goes on', async () => {
    const workshop = new TextWorkshop({ maxBytes: MAX_BYTES, timeoutMs: 700 });
    try {
      const started = performance.now();
      const slow: ContentEdit[] = [{ op: 'replace', old: 'a'.repeat(1_000_000), new: 'b' }];
      await assert.rejects(
        workshop.edit(utf8('a'.repeat(10_000_000)), slow),
        hasCode('text_too_large', /it takes longer than 0.7 seconds; pull the document and push it again/),
      );
      assert.ok(performance.now() - started < 5_000);
      await assert.rejects(workshop.diff(diffJob(noise(200_000, 7), noise(200_000, 8))), hasCode('text_too_large'));
      const merge = await workshop.merge({
        base: noise(200_000, 1),
        current: noise(200_000, 2),
        yours: noise(200_000, 3),
      });
      assert.match('unmergeable' in merge ? merge.unmergeable : '', /too different|longer than 0.7 seconds/);
      assert.equal(text(await workshop.edit(utf8('a'), append)), 'a\nb');
    } finally {
      await workshop.close();
    }
  }).timeout(30_000);

  it('refuses more than can wait, and does what waits', async () => {
    const workshop = new TextWorkshop({ maxBytes: MAX_BYTES, timeoutMs: 10_000 });
    try {
      const results = await Promise.allSettled(Array.from({ length: 200 }, () => workshop.edit(utf8('a'), append)));
      const refused = results.filter((result) => result.status === 'rejected');
      assert.ok(refused.length > 100 && refused.length < 140, String(refused.length));
      for (const { reason } of refused) {
        hasCode('unavailable', /busy/)(reason);
        assert.equal((reason as Problem).headers['Retry-After'], '1');
      }
    } finally {
      await workshop.close();
    }
  });

  it('refuses what has waited too long for its turn', async () => {
    const workshop = new TextWorkshop({ maxBytes: MAX_BYTES, timeoutMs: 10_000, queueMs: 20 });
    try {
      // Until the first one is done, a thread has to start.
      const results = await Promise.allSettled(Array.from({ length: 10 }, () => workshop.edit(utf8('a'), append)));
      const refused = results.filter((result) => result.status === 'rejected');
      assert.ok(refused.length >= 5 && refused.length < 10, String(refused.length));
      for (const { reason } of refused) hasCode('unavailable', /busy with other texts/)(reason);
    } finally {
      await workshop.close();
    }
  });

  it('does not make small work wait for heavy work, where there are two threads', async function () {
    if (availableParallelism() < 2) this.skip();
    const workshop = new TextWorkshop({ maxBytes: MAX_BYTES, timeoutMs: 3_000 });
    try {
      const heavy = [1, 2, 3].map((seed) =>
        workshop.diff(diffJob(noise(400_000, seed), noise(400_000, seed + 5))).then(String, String),
      );
      const started = performance.now();
      assert.equal(text(await workshop.edit(utf8('a'), append)), 'a\nb');
      assert.ok(performance.now() - started < 2_000);
      await workshop.close();
      assert.match((await Promise.all(heavy)).join(), /stopping/);
    } finally {
      await workshop.close();
    }
  });

  it('closes at once: what runs, waits or comes is refused', async () => {
    const workshop = new TextWorkshop({ maxBytes: MAX_BYTES, timeoutMs: 30_000 });
    assert.equal(text(await workshop.edit(utf8('a'), append)), 'a\nb');
    const jobs = Array.from({ length: 4 }, (_, seed) =>
      workshop.diff(diffJob(noise(300_000, seed + 1), noise(300_000, 9))),
    );
    const results = Promise.allSettled(jobs);
    await sleep(100);
    const started = performance.now();
    await workshop.close();
    for (const result of await results) {
      assert.ok(result.status === 'rejected');
      hasCode('unavailable', /stopping/)(result.reason);
    }
    assert.ok(performance.now() - started < 2_000);
    await assert.rejects(workshop.edit(utf8('a'), append), hasCode('unavailable', /stopping/));
    await workshop.close();
  });

  it('survives a thread that runs out of memory', () => {
    const { status, stdout, stderr } = runScript(`
      const workshop = new TextWorkshop({ maxBytes: 20_000_000, timeoutMs: 10_000, threadMiB: 16 });
      const content = Array.from({ length: 400_000 }, (_, at) => '# ' + at + '\\n').join('');
      await workshop.index(encode(content)).catch((error) => console.log(error.code, error.message));
      console.log((await workshop.edit(encode('a'), [{ op: 'append', text: 'b' }])).length);`);
    const expected =
      'text_too_large The text is too large for this: it takes too much memory; pull the document instead.\n3\n';
    assert.deepEqual([status, stdout.toString()], [0, expected], stderr.toString());
  });

  it('closes without having been used, and threads do not keep a process alive', async () => {
    await new TextWorkshop({ maxBytes: 1, timeoutMs: 1 }).close();
    const { status, stdout, stderr } = runScript(`
      const workshop = new TextWorkshop({ maxBytes: 1000, timeoutMs: 10_000 });
      console.log((await workshop.edit(encode('a'), [{ op: 'append', text: 'b' }])).length);`);
    assert.deepEqual([status, stdout.toString()], [0, '3\n'], stderr.toString());
  });

  it('keeps the encoding of what passes through', async () => {
    const workshop = new TextWorkshop({ maxBytes: MAX_BYTES, timeoutMs: 10_000 });
    try {
      for (const encoding of ['utf-16le', 'utf-16be', 'windows-1252'] as const) {
        const encode = (content: string) => encoded({ text: content, encoding, bom: encoding !== 'windows-1252' });
        const bytes = await workshop.edit(encode('é'), append);
        assert.deepEqual(Buffer.from(bytes), Buffer.from(encode('é\nb')));
      }
    } finally {
      await workshop.close();
    }
  });
});

/** Runs a script with a workshop in a process of its own. */
function runScript(body: string) {
  const folder = mkdtempSync(join(tmpdir(), 'document-workshop-'));
  const script = join(folder, 'script.mjs');
  const door = JSON.stringify(new URL('./index.js', import.meta.url).href);
  const encode = 'const encode = (text) => new TextEncoder().encode(text);';
  writeFileSync(script, `import { TextWorkshop } from ${door};\n${encode}\n${body}`);
  const result = spawnSync(process.execPath, [script], { timeout: 30_000 });
  rmSync(folder, { recursive: true });
  return result;
}
