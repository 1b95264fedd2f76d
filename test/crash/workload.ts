/** Users who push, change, pull and delete until their server is gone. */
import assert from 'node:assert/strict';
import * as requests from './document-requests.js';
import { WrongAnswerError, type DocumentText } from './document-requests.js';
import { digestOf, type Entry, type Ledger } from './ledger.js';
import type { SeededRandom } from './random.js';

const KIB = 1024;
/** Sizes with how often they come: mostly small, all the places at which the server works in another way. */
const SIZES = [0, 1, 700, 700, 4 * KIB, 4 * KIB, 4 * KIB, 64 * KIB, 64 * KIB + 1, 300 * KIB, 1024 * KIB, 2048 * KIB];
const WORDS = ['design', 'report', 'Größe', '設計', 'notes & plans', '100 %', 'привет', 'o_o'];
/** How many documents a user keeps; beyond, it deletes more than it pushes. */
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
  /** Called after each request that was acknowledged. */
  onAcknowledged(): void;
}

/**
 * One user, with documents that it alone changes. Resolves when a request goes unanswered.
 *
 * @throws WrongAnswerError, AssertionError when the server answers and the answer is wrong
 */
export async function runUser(work: Work, random: SeededRandom, own: Entry[]): Promise<void> {
  for (;;) {
    try {
      await takeTurn(work, random, own);
    } catch (error) {
      if (error instanceof WrongAnswerError || error instanceof assert.AssertionError) throw error;
      // The connection broke: the server is dead, or about to be.
      return;
    }
    work.onAcknowledged();
  }
}

async function takeTurn(work: Work, random: SeededRandom, own: Entry[]): Promise<void> {
  const dice = random.next();
  if (own.length === 0 || dice < (own.length < DOCUMENTS_EACH ? 0.6 : 0.35)) {
    await pushOne(work, random, own);
    return;
  }
  const entry = random.pick(own);
  const { document_id = '' } = entry;
  if (dice < 0.72) {
    own.splice(own.indexOf(entry), 1);
    entry.asked.deletion = true;
    await requests.remove(work.url, document_id);
    work.ledger.close(entry);
  } else if (dice < 0.88) {
    const text = describe(entry.key, random);
    entry.asked.text = text;
    const document = await requests.patch(work.url, document_id, text);
    assert.deepEqual({ name: document.name, tags: document.tags, description: document.description }, text);
    entry.text = text;
    entry.asked.text = undefined;
  } else {
    const content = await requests.pull(work.url, document_id);
    assert.ok(content.equals(entry.content), `${entry.key} has other content while the server runs`);
  }
}

async function pushOne({ ledger, shared, url }: Work, random: SeededRandom, own: Entry[]): Promise<void> {
  const content = random.chance(0.45) ? random.pick(shared) : random.bytes(random.pick(SIZES));
  const entry = ledger.open(content, (key) => describe(key, random));
  const document = await requests.push(url, content, entry.text, random.chance(0.5));
  assert.equal(document.checksum_sha256, digestOf(content), entry.key);
  assert.equal(document.size_bytes, content.length, entry.key);
  entry.document_id = document.document_id;
  entry.acknowledged = true;
  own.push(entry);
}

function describe(key: string, random: SeededRandom): DocumentText {
  const tags = ['crash', ...(random.chance(0.5) ? [random.pick(WORDS)] : []), `t${random.integer(1, 5)}`];
  return {
    name: `${random.pick(WORDS)} ${key} ${random.pick(WORDS)}`,
    tags,
    description: `v${random.integer(1, 1e9)}`,
  };
}
