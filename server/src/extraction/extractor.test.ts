import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../test/eventually.js';
import { Extractor, type ExtractorOptions } from './extractor.js';
import { docxOf, documentXml, paragraph } from './testing/docx-file.js';
import { environmentOf, extractionProcesses, isExtracting } from './testing/extraction-processes.js';
import { endlessPdf, pdfWith } from './testing/pdf-file.js';

const MIB = 1024 * 1024;

describe('the extractor', () => {
  const extractors: Extractor[] = [];
  const open = (options: Partial<ExtractorOptions> = {}): Extractor => {
    const extractor = new Extractor({ maxTextBytes: MIB, timeoutMs: 20_000, maxMemoryMib: 512, ...options });
    extractors.push(extractor);
    return extractor;
  };
  afterEach(async () => {
    await Promise.all(extractors.splice(0).map((extractor) => extractor.close()));
    assert.deepEqual(extractionProcesses(), []);
  });
  const works = async (extractor: Extractor): Promise<void> => {
    assert.deepEqual(await extractor.extract('html', Buffer.from('<p>fine')), { text: 'fine\n', truncated: false });
  };

  it('reads every format, one after another in one process', async () => {
    const extractor = open();
    await works(extractor);
    const [pid] = extractionProcesses();
    const docx = await extractor.extract('docx', await docxOf(documentXml(paragraph('a letter'))));
    assert.deepEqual(docx, { text: 'a letter\n', truncated: false });
    const pdf = await extractor.extract('pdf', pdfWith([['a page']]));
    assert.deepEqual(pdf, { text: '## Page 1\n\na page\n', truncated: false });
    const html = await extractor.extract('html', Buffer.from('<meta charset=koi8-r><p>\xe4\xc1', 'latin1'));
    assert.deepEqual(html, { text: 'Да\n', truncated: false });
    assert.deepEqual(await extractor.extract('html', Buffer.alloc(0)), { text: '', truncated: false });
    assert.deepEqual(extractionProcesses(), [pid]);
  });

  it('says what is wrong with a content, and reads the next one', async () => {
    const extractor = open();
    for (const format of ['docx', 'pdf'] as const) {
      const reason = `It is not a valid ${format.toUpperCase()} file.`;
      for (const content of [Buffer.alloc(0), Buffer.from('PK\x03\x04'), Buffer.alloc(MIB, '%PDF-')]) {
        assert.deepEqual(await extractor.extract(format, content), { reason });
      }
    }
    assert.deepEqual(await extractor.extract('html', Buffer.alloc(100)), { reason: 'The content is binary.' });
    await works(extractor);
  });

  it('gives up what takes too long, and reads the next one', async () => {
    // The start of the next process counts, too, and may take a second on a busy machine.
    const extractor = open({ timeoutMs: 3000 });
    const started = performance.now();
    const result = await extractor.extract('pdf', endlessPdf());
    assert.deepEqual(result, { reason: 'Reading it took longer than 3 s.' });
    assert.ok(performance.now() - started < 6000);
    await works(extractor);
  });

  it('gives up what takes too much memory, and reads the next one', async () => {
    const extractor = open({ maxMemoryMib: 120 });
    const large = await docxOf(documentXml(paragraph('words').repeat(100_000)));
    assert.deepEqual(await extractor.extract('docx', large), { reason: 'Reading it needs too much memory.' });
    await works(extractor);
    // Not the heap's memory: this one is more than the limit before anything is read.
    const outside = await extractor.extract('pdf', Buffer.alloc(200 * MIB));
    assert.deepEqual(outside, { reason: 'Reading it needs too much memory.' });
    await works(extractor);
  });

  it('does not hold up the event loop, however large a content is', async () => {
    const extractor = open();
    const content = Buffer.alloc(64 * MIB, '<p>lorem ipsum dolor');
    const longest: number[] = [];
    // What else is done in this process may hold it up, but hardly three times.
    for (let attempt = 0; attempt < 3 && Math.min(...longest) >= 50; attempt += 1) {
      let last = performance.now();
      let worked = process.cpuUsage();
      let gap = 0;
      const beat = setInterval(() => {
        const now = performance.now();
        const { system, user } = process.cpuUsage(worked);
        // Where other programs have the cores, time goes by in which this one does nothing.
        gap = Math.max(gap, Math.min(now - last, (system + user) / 1000));
        last = now;
        worked = process.cpuUsage();
      }, 1);
      const result = await extractor.extract('html', content);
      clearInterval(beat);
      assert.ok('text' in result && result.truncated);
      longest.push(gap);
    }
    assert.ok(Math.min(...longest) < 50, `${longest.join(', ')} ms`);
  });

  it('has no more processes than it may, and reads what waits in turn', async () => {
    const extractor = open({ processes: 2 });
    const jobs = Array.from({ length: 20 }, (_, index) => extractor.extract('html', Buffer.from(`<p>${index}`)));
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, extractionProcesses().length)), 5);
    const results = await Promise.all(jobs);
    clearInterval(watch);
    assert.deepEqual(
      results,
      results.map((_, index) => ({ text: `${index}\n`, truncated: false })),
    );
    assert.equal(most, 2);
  });

  it('starts another process where the one that rested has gone', async () => {
    const extractor = open();
    await works(extractor);
    const [pid = 0] = extractionProcesses();
    process.kill(pid, 'SIGKILL');
    await eventually(() => {
      assert.ok(!isExtracting(pid));
    });
    await works(extractor);
    const reading = extractor.extract('pdf', endlessPdf());
    await sleep(300);
    process.kill(extractionProcesses()[0] ?? 0, 'SIGKILL');
    assert.deepEqual(await reading, { reason: 'Reading it broke off.' });
    await works(extractor);
  });

  it('says nothing of a content that it was closed over, and of none afterwards', async () => {
    const extractor = open();
    const reading = extractor.extract('pdf', endlessPdf());
    const waiting = extractor.extract('html', Buffer.from('<p>text'));
    const both = Promise.allSettled([reading, waiting]);
    await eventually(() => {
      assert.equal(extractionProcesses().length, 1);
    });
    const [pid = 0] = extractionProcesses();
    await extractor.close();
    assert.ok(!isExtracting(pid));
    for (const result of await both) assert.match(String((result as PromiseRejectedResult).reason), /closed/);
    await assert.rejects(extractor.extract('html', Buffer.from('')), /closed/);
  });

  it('gives its process nothing of the environment', async () => {
    const extractor = open();
    await works(extractor);
    const names = extractionProcesses().flatMap(environmentOf);
    assert.deepEqual(
      names.filter((name) => !name.startsWith('NODE_CHANNEL_')),
      [],
    );
    assert.ok(names.length > 0 && 'PATH' in process.env);
  });

  it('has no process that outlives a server that was killed, at rest or busy', async () => {
    const program = `
      import { Extractor } from ${JSON.stringify(new URL('./extractor.js', import.meta.url).href)};
      import { endlessPdf } from ${JSON.stringify(new URL('./testing/pdf-file.js', import.meta.url).href)};
      const extractor = new Extractor({ maxTextBytes: 1e6, timeoutMs: 60_000, maxMemoryMib: 512 });
      await extractor.extract('html', Buffer.from('text'));
      if (process.argv[1] === 'busy') void extractor.extract('pdf', endlessPdf());
      setTimeout(() => console.log('ready'), 300);
      setInterval(() => undefined, 1000);`;
    await Promise.all(
      ['at rest', 'busy'].map(async (state) => {
        const parent = spawn(process.execPath, ['--input-type=module', '--eval', program, state], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        await once(parent.stdout, 'data');
        const children = extractionProcesses(parent.pid);
        assert.equal(children.length, 1, state);
        parent.kill('SIGKILL');
        await eventually(() => {
          assert.deepEqual(children.filter(isExtracting), [], state);
        });
      }),
    );
  });

  it('keeps no program from ending by itself', async () => {
    const program = `
      import { Extractor } from ${JSON.stringify(new URL('./extractor.js', import.meta.url).href)};
      const extractor = new Extractor({ maxTextBytes: 1e6, timeoutMs: 60_000, maxMemoryMib: 512 });
      console.log(JSON.stringify(await extractor.extract('html', Buffer.from('text'))));
      if (process.argv[1] === 'closing') { await extractor.close(); console.log('closed'); }`;
    for (const [how, said] of [
      ['leaving', ''],
      ['closing', 'closed\n'],
    ] as const) {
      const parent = spawn(process.execPath, ['--input-type=module', '--eval', program, how]);
      let output = '';
      parent.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const [code] = (await once(parent, 'close')) as [number | null];
      assert.deepEqual([code, output], [0, `{"text":"text\\n","truncated":false}\n${said}`]);
    }
  });
});
