/** What the server owes: every change that it has acknowledged, and those of which nobody knows. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as requests from './document-requests.js';
import type { DocumentText, WireDocument } from './document-requests.js';

/** A document as its owner knows it. */
export interface Entry {
  /** In the name, whatever else changes: finds the document when its id never arrived. */
  readonly key: string;
  readonly content: Buffer;
  document_id: string | undefined;
  text: DocumentText;
  /** Changes that were asked for and not answered: each may have happened. */
  asked: { text: DocumentText | undefined; deletion: boolean };
  /** Whether the push was acknowledged. */
  acknowledged: boolean;
}

export class Ledger {
  readonly #entries = new Map<string, Entry>();
  readonly #deletedIds = new Set<string>();
  #count = 0;

  /** A new document that is about to be pushed. */
  open(content: Buffer, describe: (key: string) => DocumentText): Entry {
    const key = `key-${String((this.#count += 1)).padStart(6, '0')}`;
    const asked = { text: undefined, deletion: false };
    const entry: Entry = { key, content, document_id: undefined, text: describe(key), asked, acknowledged: false };
    this.#entries.set(key, entry);
    return entry;
  }

  /** The server has acknowledged the document's deletion. */
  close(entry: Entry): void {
    if (entry.document_id !== undefined) this.#deletedIds.add(entry.document_id);
    this.#entries.delete(entry.key);
  }

  get entries(): Entry[] {
    return [...this.#entries.values()];
  }

  get deletedIds(): string[] {
    return [...this.#deletedIds];
  }

  /**
   * Holds what the server has against what it owes. What nobody knew is known afterwards. Called while nothing else is
   * asked of the server.
   *
   * @throws AssertionError that says which document is lost, wrong, or back from the dead
   */
  async settle(url: string): Promise<void> {
    const stored = new Map((await requests.queryAll(url)).map((document) => [keyOf(document), document]));
    for (const entry of this.entries) {
      const document = stored.get(entry.key);
      stored.delete(entry.key);
      if (document) await confirm(url, entry, document);
      else this.#confirmGone(entry);
    }
    assert.deepEqual([...stored.values()], [], 'documents that nobody pushed, or that were acknowledged as deleted');
    for (const document_id of this.deletedIds.slice(-20)) await requests.expectGone(url, document_id);
  }

  #confirmGone(entry: Entry): void {
    const mayBeGone = !entry.acknowledged || entry.asked.deletion;
    assert.ok(mayBeGone, `${entry.key} (${entry.document_id ?? 'no id'}) was acknowledged and is lost`);
    this.close(entry);
  }
}

/** The document that there is must be the one that was asked for, or the one before what was not answered. */
async function confirm(url: string, entry: Entry, document: WireDocument): Promise<void> {
  const { key, content } = entry;
  if (entry.document_id !== undefined) assert.equal(document.document_id, entry.document_id, key);
  const owed = [entry.text, ...(entry.asked.text ? [entry.asked.text] : [])].map((text) => JSON.stringify(text));
  const { name, tags, description } = document;
  const text: DocumentText = { name, tags, description };
  assert.ok(owed.includes(JSON.stringify(text)), `${key} is ${JSON.stringify(text)} and not ${owed.join(' or ')}`);
  assert.equal(document.size_bytes, content.length, key);
  assert.equal(document.checksum_sha256, digestOf(content), key);
  assert.ok(content.equals(await requests.pull(url, document.document_id)), `${key} has other content`);
  assert.deepEqual(await requests.info(url, document.document_id), document, key);
  const found = await requests.queryAll(url, { name: name.toUpperCase() });
  assert.deepEqual(found, [document], `${key} is not found under its name`);
  Object.assign(entry, { document_id: document.document_id, text, acknowledged: true });
  entry.asked = { text: undefined, deletion: false };
}

/** The key in a document's name. */
export function keyOf({ name }: { name: string }): string {
  return /key-\d+/.exec(name)?.[0] ?? name;
}

export function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
