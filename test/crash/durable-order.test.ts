/** A power cut takes what was not brought to the disk, whatever was written: only the order of the calls tells. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as requests from './document-requests.js';
import { eventually } from './eventually.js';
import { ageAll, blobFiles } from './inspect-storage.js';
import { digestOf } from './ledger.js';
import { ServerProcess } from './server-process.js';
import * as versionRequests from './version-requests.js';
import { readCalls, tracing, whyNotTraceable, type SystemCall } from './system-calls.js';

describe('what an answer promises is on the disk before the answer', () => {
  let folder: string;
  let storageDir: string;
  let calls: SystemCall[];
  const first = randomBytes(5000);
  const many = Array.from({ length: 12 }, (_, index) => randomBytes(index * 30_000));
  const twin = randomBytes(3000);
  const doomed = randomBytes(700);
  const second = randomBytes(6000);
  const texts = {
    base: textOf('top', 'bottom'),
    mine: textOf('my top', 'bottom'),
    merged: textOf('my top', 'your bottom'),
    edited: textOf('my top', 'edited bottom'),
  };

  before(async function () {
    this.timeout(60_000);
    const reason = await whyNotTraceable();
    if (reason !== undefined) {
      // On a machine that says that it checks everything, this is not checked.
      if (process.env['CI'] !== undefined) throw new Error(reason);
      console.log(`      ${reason}`);
      this.skip();
    }
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'document-sync-order-'));
    storageDir = path.join(folder, 'made', 'for', 'it');
    const told = path.join(folder, 'calls');
    const server = new ServerProcess(storageDir, {
      wrapper: tracing(told),
      environment: { DOCUMENT_COLLECT_INTERVAL_SECONDS: '1', DOCUMENT_COLLECT_GRACE_SECONDS: '60' },
    });
    try {
      const url = await server.url();
      const text = { name: 'x', tags: ['a'], description: '' };
      const { document_id } = await requests.push(url, first, text, true);
      await Promise.all(many.map((content, index) => requests.push(url, content, text, index % 2 === 0)));
      await Promise.all(Array.from({ length: 6 }, () => requests.push(url, twin, text, true)));
      await requests.patch(url, document_id, { ...text, description: 'changed-marker' });
      await versionRequests.createVersion(url, document_id, second, '', { if_match: etagOf(first), merge: false });
      await versionRequests.rollback(url, document_id, 1, 'back-marker', etagOf(second));
      await changeText(url, text);
      const { document_id: doomedId } = await requests.push(url, doomed, text, true);
      await requests.remove(url, doomedId);
      await requests.restore(url, doomedId);
      await requests.purge(url, doomedId);
      await ageAll(storageDir);
      await eventually(async () => {
        const names = (await blobFiles(storageDir)).map((file) => path.basename(file));
        assert.ok(!names.includes(digestOf(doomed)), 'the content of a purged document is never collected');
      });
    } finally {
      await server.stop();
    }
    calls = (await readCalls(told)).filter(({ result }) => result >= 0);
  });
  after(async () => {
    if (folder) await fs.rm(folder, { recursive: true, force: true });
  });

  /** A new version, one that is merged with it, and an edit. */
  async function changeText(url: string, text: requests.DocumentText): Promise<void> {
    const { document_id } = await requests.push(url, texts.base, text, true);
    const base = { if_match: etagOf(texts.base), merge: true };
    await versionRequests.createVersion(url, document_id, texts.mine, '', base);
    const yours = textOf('top', 'your bottom');
    const { outcome } = await versionRequests.createVersion(url, document_id, yours, '', base);
    assert.equal(outcome, 'merged');
    const edits = [{ op: 'replace', old: 'your bottom', new: 'edited bottom' } as const];
    await versionRequests.edit(url, document_id, edits, '', { if_match: '*', merge: false });
  }

  /** The first call that fits; fails when there is none. */
  function find(what: string, fits: (call: SystemCall) => boolean): SystemCall {
    return calls.find(fits) ?? assert.fail(`there was no ${what}`);
  }

  const syncOf = (file: string) => (call: SystemCall) =>
    /^f(data)?sync$/.test(call.name) && call.args.endsWith(`<${file}>`);
  const laterThan = (earlier: SystemCall, fits: (call: SystemCall) => boolean) => (call: SystemCall) =>
    call.begin > earlier.end && fits(call);
  const answerWith = (text: string) => (call: SystemCall) =>
    /^(write|writev|sendto|sendmsg)$/.test(call.name) && call.args.includes('HTTP/1.1 2') && call.args.includes(text);

  /** Between the two, the database wrote into its log, and all of that was on the disk before the later one. */
  function assertCommitBetween(earlier: SystemCall, later: SystemCall): void {
    const log = path.join(storageDir, 'documents.db-wal');
    // Large texts are indexed by another thread, in transactions of its own.
    const isWrite = ({ thread, name, args }: SystemCall): boolean =>
      thread === later.thread && name.startsWith('pwrite') && args.includes(`<${log}>`);
    const written = calls
      .filter((call) => call.begin > earlier.end && call.begin < later.begin && isWrite(call))
      .at(-1);
    assert.ok(written, 'nothing was written into the log before the answer');
    const isSync = syncOf(log);
    const sync = find(
      `sync of ${log}`,
      laterThan(written, (call) => call.thread === later.thread && isSync(call)),
    );
    assert.ok(sync.end < later.begin, 'the answer came before the commit was on the disk');
  }

  function assertPushOrder(content: Buffer): void {
    const digest = digestOf(content);
    const partition = path.join(storageDir, 'default', digest.slice(0, 2));
    const isLink = ({ name, args }: SystemCall): boolean =>
      /^(link|linkat|rename|renameat)$/.test(name) && args.includes(`${partition}/${digest}"`);
    const link = find(`link to ${digest}`, isLink);
    const staged = /"([^"]+)"/.exec(link.args)?.[1] ?? assert.fail(link.args);
    const writes = calls.filter(({ name, args }) => /^p?writev?(64)?$/.test(name) && args.includes(`<${staged}>`));
    assert.equal(
      writes.reduce((sum, { result }) => sum + result, 0),
      content.length,
      'not all bytes were written',
    );
    const stagedSync = find(`sync of ${staged}`, syncOf(staged));
    for (const write of writes)
      assert.ok(write.end < stagedSync.begin, 'a write came after the sync of the staged file');
    assert.ok(stagedSync.end < link.begin, 'the content was under its address before it was on the disk');
    const partitionSync = find(`sync of ${partition}`, laterThan(link, syncOf(partition)));
    assertCommitBetween(partitionSync, find('answer', answerWith(digest)));
  }

  it('of a push: the staged file, its address, the folder of that, the transaction, the answer', () => {
    assertPushOrder(first);
  });

  it('of pushes at the same time, which share commits', () => {
    for (const content of many) assertPushOrder(content);
  });

  it('of pushes of the same content at the same time, also for those that find it there', () => {
    assert.equal(calls.filter(answerWith(digestOf(twin))).length, 6);
    assertPushOrder(twin);
  });

  it('of a first push: every folder that was made for it', () => {
    const answer = find('answer', answerWith(digestOf(first)));
    const made = calls.filter(({ name, begin }) => /^mkdir(at)?$/.test(name) && begin < answer.begin);
    const folders = made
      .map(({ args }) => /"([^"]+)"/.exec(args)?.[1] ?? '')
      .filter((name) => !name.endsWith('.staging'));
    assert.ok(folders.includes(storageDir), `made ${folders.join(', ')}`);
    for (const [index, name] of folders.entries()) {
      const call = made[index] ?? assert.fail();
      const sync = find(`sync of the folder of ${name}`, laterThan(call, syncOf(path.dirname(name))));
      assert.ok(sync.end < answer.begin, `the folder of ${name} came to the disk after the answer`);
    }
  });

  it('of a new version, as of a push', () => {
    assertPushOrder(second);
    assertPushOrder(texts.mine);
  });

  it('of a merge: what came out of it', () => {
    assertPushOrder(texts.merged);
  });

  it('of an edit: what came out of it', () => {
    assertPushOrder(texts.edited);
  });

  it('of a change without content: the transaction, the answer', () => {
    for (const marker of ['changed-marker', 'back-marker']) {
      const answer = find('answer', answerWith(marker));
      assertCommitBetween(answerBefore(answer), answer);
    }
  });

  it('of a deletion, a restoration and a purge: the transaction, the answer; and only then the content goes', () => {
    const answers = calls.filter(answerWith('')).sort((a, b) => a.begin - b.begin);
    const pushed = answers.findIndex(answerWith(digestOf(doomed)));
    const [push, deletion, restoration, purge] = answers.slice(pushed);
    assert.ok(push && deletion && restoration && purge);
    assert.ok(answerWith('Document deleted successfully')(deletion));
    assert.ok(answerWith(digestOf(doomed))(restoration));
    assertCommitBetween(push, deletion);
    assertCommitBetween(deletion, restoration);
    assertCommitBetween(restoration, purge);
    const digest = digestOf(doomed);
    const isUnlink = ({ name, args }: SystemCall): boolean => name.startsWith('unlink') && args.includes(`/${digest}"`);
    const unlink = find(`unlink of ${digest}`, isUnlink);
    assert.ok(unlink.begin > purge.end);
    const partition = path.join(storageDir, 'default', digest.slice(0, 2));
    find(`sync of ${partition}`, laterThan(unlink, syncOf(partition)));
  });

  function answerBefore({ begin }: SystemCall): SystemCall {
    return calls.filter((call) => call.end < begin && answerWith('')(call)).at(-1) ?? assert.fail('no answer before');
  }
});

/** A text with room between two lines. */
function textOf(top: string, bottom: string): Buffer {
  return Buffer.from(`# Ordered\n\n${top}\n\nin\nbetween\n\n${bottom}\n`);
}

function etagOf(content: Buffer): string {
  return `"${digestOf(content)}"`;
}
