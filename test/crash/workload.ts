/** Users who push, change, pull and delete until their server is gone. */
import assert from 'node:assert/strict';
import * as requests from './document-requests.js';
import { WrongAnswerError, type DocumentText } from './document-requests.js';
import { changeContent, etagOf, rollBack } from './content-changes.js';
import { ask, idOf } from './asking.js';
import { digestOf, type Entry, type Ledger } from './ledger.js';
import { randomText } from './lines.js';
import type { SeededRandom } from './random.js';

const KIB = 1024;
/** Sizes with how often they come: mostly small, all the places at which the server works in another way. */
const SIZES = [0, 1, 700, 700, 4 * KIB, 4 * KIB, 4 * KIB, 64 * KIB, 64 * KIB + 1, 300 * KIB, 1024 * KIB, 2048 * KIB];
const WORDS = ['design', 'report', 'Größe', '設計', 'notes & plans', '100 %', 'привет', 'o_o'];
/** How many documents a user keeps; beyond, it purges more than it pushes. */
const DOCUMENTS_EACH = 8;

/** Contents that several users push, so that some blobs belong to many documents, and come and go. */
export function sharedContents(random: SeededRandom): Buffer[] {
  return [0, 1, 900, 5 * KIB, 80 * KIB, 1500 * KIB].map((size) => random.bytes(size));
}

export interface Work {
  readonly ledger: Ledger;
  readonly shared: readonly Buffer[];
  /** Where the server is that is asked. */
  readonly url: string;
  /** Called after each request that was acknowledged, with what was asked for. */
  onAcknowledged(what: string): void;
}

/**
 * One user, with documents that it alone changes. Resolves when a request goes unanswered.
 *
 * @throws WrongAnswerError, AssertionError when the server answers and the answer is wrong
 */
export async function runUser(work: Work, random: SeededRandom, own: Entry[]): Promise<void> {
  for (;;) {
    try {
      work.onAcknowledged(await takeTurn(work, random, own));
    } catch (error) {
      if (error instanceof WrongAnswerError || error instanceof assert.AssertionError) throw error;
      // The connection broke: the server is dead, or about to be.
      return;
    }
  }
}

/** Asks for something, and notes in the ledger what was answered. Resolves to what it was. */
async function takeTurn(work: Work, random: SeededRandom, own: Entry[]): Promise<string> {
  const isFull = own.length >= DOCUMENTS_EACH;
  if (own.length === 0 || random.chance(isFull ? 0.12 : 0.35)) return await pushOne(work, random, own);
  const entry = random.pick(own);
  const dice = random.next();
  if (dice < (isFull ? 0.16 : 0.06)) {
    await purgeOne(work, entry);
    own.splice(own.indexOf(entry), 1);
    return 'purge';
  }
  if (entry.state.place === 'trash') {
    if (!(await restoreOne(work, entry))) own.splice(own.indexOf(entry), 1);
    return 'restoration';
  }
  if (dice < 0.28) {
    await ask(entry, { ...entry.state, place: 'trash' }, (id) => requests.remove(work.url, id));
    return 'deletion';
  }
  if (dice < 0.38) {
    const text = describe(entry.key, random);
    const { name, tags, description } = await ask(entry, { ...entry.state, text }, (id) =>
      requests.patch(work.url, id, text),
    );
    assert.deepEqual({ name, tags, description }, text);
    return 'metadata';
  }
  if (dice < 0.46) {
    const content = await requests.pull(work.url, idOf(entry));
    assert.ok(entry.state.versions.at(-1)?.content.equals(content), `${entry.key} has other content while served`);
    return 'pull';
  }
  if (dice < 0.56) return await rollBack(work, random, entry);
  return await changeContent(work, random, entry, () => newContent(work, random, entry));
}

async function pushOne({ ledger, shared, url }: Work, random: SeededRandom, own: Entry[]): Promise<string> {
  const entry = ledger.open(random.chance(0.5));
  const content = newContent({ shared }, random, entry);
  const text = describe(entry.key, random);
  const digest = digestOf(content);
  entry.asked = { place: 'live', text, versions: [{ version: 1, content, digest, parents: [], message: '' }] };
  const document = await requests.push(url, content, text, random.chance(0.5));
  assert.equal(document.checksum_sha256, digest, entry.key);
  assert.equal(document.size_bytes, content.length, entry.key);
  Object.assign(entry, { document_id: document.document_id, state: entry.asked, asked: undefined });
  own.push(entry);
  return 'push';
}

async function purgeOne({ ledger, url }: Work, entry: Entry): Promise<void> {
  try {
    await ask(entry, { ...entry.state, place: 'gone' }, (id) => requests.purge(url, id));
  } catch (error) {
    assertPurged(ledger, entry, error);
  }
  ledger.forget(entry);
}

/** False when the collector was faster. */
async function restoreOne({ ledger, url }: Work, entry: Entry): Promise<boolean> {
  try {
    const document = await ask(entry, { ...entry.state, place: 'live' }, (id) => requests.restore(url, id));
    assert.equal(`"${document.checksum_sha256}"`, etagOf(entry.state), entry.key);
    return true;
  } catch (error) {
    assertPurged(ledger, entry, error);
    ledger.forget(entry);
    return false;
  }
}

/** The collector may have purged what is in the trash; anything else that went wrong is thrown again. */
function assertPurged(ledger: Ledger, entry: Entry, error: unknown): void {
  const isGone = error instanceof WrongAnswerError && error.code === 'document_not_found';
  if (!isGone || entry.state.place !== 'trash' || !ledger.mayPurgeTrash) throw error;
}

function newContent({ shared }: Pick<Work, 'shared'>, random: SeededRandom, { key, is_text }: Entry): Buffer {
  if (is_text) return randomText(key, random);
  return random.chance(0.45) ? random.pick(shared) : random.bytes(random.pick(SIZES));
}

function describe(key: string, random: SeededRandom): DocumentText {
  const tags = ['crash', ...(random.chance(0.5) ? [random.pick(WORDS)] : []), `t${random.integer(1, 5)}`];
  return {
    name: `${random.pick(WORDS)} ${key} ${random.pick(WORDS)}`,
    tags,
    description: `v${random.integer(1, 1e9)}`,
  };
}
