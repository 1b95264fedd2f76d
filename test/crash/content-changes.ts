/** New versions of all kinds, each with what it must lead to. */
import assert from 'node:assert/strict';
import { ask } from './asking.js';
import { WrongAnswerError } from './document-requests.js';
import { digestOf, type Entry, type State } from './ledger.js';
import { findSpot, spotLine, withSpot } from './lines.js';
import type { SeededRandom } from './random.js';
import * as requests from './version-requests.js';
import type { ChangeCondition, WireChange, WireEdit } from './version-requests.js';
import type { Work } from './workload.js';

/** The ETag of a document's current content. */
export function etagOf({ versions }: State): string {
  return `"${versions.at(-1)?.digest ?? ''}"`;
}

/** Changes a document's content in one of the ways that there are. Resolves to which. */
export async function changeContent(
  work: Work,
  random: SeededRandom,
  entry: Entry,
  newContent: () => Buffer,
): Promise<string> {
  const dice = random.next();
  if (!entry.is_text || dice < 0.2) {
    await replaceAll(work, random, entry, newContent());
    return 'version';
  }
  if (dice < 0.5) {
    const text = `added ${random.integer(1, 1e9)}\n`;
    const content = Buffer.concat([contentOf(entry.state), Buffer.from(text)]);
    const condition = { if_match: random.chance(0.5) ? '*' : etagOf(entry.state), merge: random.chance(0.5) };
    await editInto(work, random, entry, content, [{ op: 'append', text }], condition);
    return 'edit';
  }
  return await mergeOne(work, random, entry);
}

/** Makes an old version the newest one. */
export async function rollBack(work: Work, random: SeededRandom, entry: Entry): Promise<string> {
  const { state } = entry;
  const target = random.pick(state.versions);
  const message = messageOf(random);
  try {
    await become(entry, target.content, message, (id) =>
      requests.rollback(work.url, id, target.version, message, etagOf(state)),
    );
    return 'rollback';
  } catch (error) {
    const isRemoved = error instanceof WrongAnswerError && error.code === 'version_removed';
    if (!isRemoved || target.version > work.ledger.mayLack(entry, state)) throw error;
    entry.asked = undefined;
    return 'refused rollback';
  }
}

async function replaceAll({ url }: Work, random: SeededRandom, entry: Entry, content: Buffer): Promise<void> {
  const message = messageOf(random);
  const condition = { if_match: random.chance(0.3) ? '*' : etagOf(entry.state), merge: random.chance(0.5) };
  await become(entry, content, message, (id) => requests.createVersion(url, id, content, message, condition));
}

/** One change, and then another that was made from the version before: the server must bring the two together. */
async function mergeOne(work: Work, random: SeededRandom, entry: Entry): Promise<string> {
  const before = entry.state;
  const base = contentOf(before);
  const top = spotLine('top', random);
  const rewrite: WireEdit = { op: 'replace', old: findSpot(base, 'top'), new: top };
  const exact = { if_match: etagOf(before), merge: false };
  await editInto(work, random, entry, withSpot(base, 'top', top), [rewrite], exact);
  work.onAcknowledged('edit');

  const bottom = spotLine('bottom', random);
  const merged = withSpot(contentOf(entry.state), 'bottom', bottom);
  const condition = { if_match: etagOf(before), merge: true };
  const message = messageOf(random);
  const parent = before.versions.at(-1)?.version;
  if (random.chance(0.5)) {
    const edits: WireEdit[] = [{ op: 'replace', old: findSpot(base, 'bottom'), new: bottom }];
    await become(entry, merged, message, (id) => requests.edit(work.url, id, edits, message, condition), parent);
    return 'merge';
  }
  const yours = withSpot(base, 'bottom', bottom);
  const send = (id: string) => requests.createVersion(work.url, id, yours, message, condition);
  await become(entry, merged, message, send, parent);
  return 'merge';
}

async function editInto(
  { url }: Work,
  random: SeededRandom,
  entry: Entry,
  content: Buffer,
  edits: readonly WireEdit[],
  condition: ChangeCondition,
): Promise<void> {
  const message = messageOf(random);
  await become(entry, content, message, (id) => requests.edit(url, id, edits, message, condition));
}

/** Sends a change after which the document must have `content`. */
async function become(
  entry: Entry,
  content: Buffer,
  message: string,
  send: (document_id: string) => Promise<WireChange>,
  merged_base?: number,
): Promise<void> {
  const { key, state } = entry;
  const current = state.versions.at(-1) ?? assert.fail(key);
  const digest = digestOf(content);
  if (digest === current.digest) {
    const { outcome, version } = await ask(entry, state, send);
    assert.deepEqual({ outcome, version }, { outcome: 'unchanged', version: current.version }, key);
    return;
  }
  const parents = [current.version, ...(merged_base === undefined ? [] : [merged_base])];
  const next = { version: current.version + 1, content, digest, parents, message };
  const change = await ask(entry, { ...state, versions: [...state.versions, next] }, send);
  const { outcome, version, checksum_sha256 } = change;
  const expected = merged_base === undefined ? 'created' : 'merged';
  assert.deepEqual(
    { outcome, version, checksum_sha256, parents: change.parents },
    { outcome: expected, version: next.version, checksum_sha256: digest, parents },
    key,
  );
}

function contentOf({ versions }: State): Buffer {
  return versions.at(-1)?.content ?? assert.fail('a document without versions');
}

function messageOf(random: SeededRandom): string {
  return `m${random.integer(1, 1e9)}`;
}
