/** What the server owes: every change that it has acknowledged, and those of which nobody knows. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as requests from './document-requests.js';
import type { DocumentText, WireDocument } from './document-requests.js';
import { listVersions, pullVersion, type WireVersion } from './version-requests.js';

/** A version as its owner knows it. */
export interface OwedVersion {
  readonly version: number;
  readonly content: Buffer;
  readonly digest: string;
  readonly parents: readonly number[];
  readonly message: string;
}

/** A document as its owner knows it at one moment. */
export interface State {
  readonly place: 'live' | 'trash' | 'gone';
  readonly text: DocumentText;
  /** All that were made, the oldest first; retention may have taken old ones. */
  readonly versions: readonly OwedVersion[];
}

/** A document of one owner, who does one thing after the other. */
export interface Entry {
  /** In the name, whatever else changes: finds the document when its id never arrived. */
  readonly key: string;
  /** Text of lines, which can be edited and merged. */
  readonly is_text: boolean;
  document_id: string | undefined;
  /** What was acknowledged last. */
  state: State;
  /** What the document is if the change that was asked for and not answered has happened. */
  asked: State | undefined;
  /** Versions up to this one may have been taken away by collectors of earlier settlements. */
  may_lack: number;
}

/** What collectors were told to take away, since the last settlement. */
export interface CollectorRules {
  /** Every document loses its versions but the newest so many, at some time; undefined when all are kept. */
  readonly keep_versions: number | undefined;
  /** Whatever is in the trash is purged, at some time. */
  readonly purges_trash: boolean;
}

const GONE_TEXT: DocumentText = { name: '', tags: [], description: '' };

export class Ledger {
  readonly #entries = new Map<string, Entry>();
  readonly #purgedIds = new Set<string>();
  #rules: CollectorRules[] = [];
  #count = 0;

  /** Every document that is not gone for good. */
  get entries(): Entry[] {
    return [...this.#entries.values()];
  }

  /** A document that is about to be pushed. */
  open(is_text: boolean): Entry {
    const key = `key-${String((this.#count += 1)).padStart(6, '0')}`;
    const state: State = { place: 'gone', text: GONE_TEXT, versions: [] };
    const entry: Entry = { key, is_text, document_id: undefined, state, asked: undefined, may_lack: 0 };
    this.#entries.set(key, entry);
    return entry;
  }

  /** From now on a collector works by these rules, too. */
  expect(rules: CollectorRules): void {
    this.#rules.push(rules);
  }

  /** Versions up to the one of this number may have been taken away by a collector; 0 when none may be. */
  mayLack({ may_lack }: Entry, { versions }: State): number {
    const current = versions.at(-1)?.version ?? 0;
    return Math.max(may_lack, ...this.#rules.map(({ keep_versions = current }) => current - keep_versions));
  }

  get mayPurgeTrash(): boolean {
    return this.#rules.some(({ purges_trash }) => purges_trash);
  }

  /**
   * Holds what the server has against what it owes. What nobody knew is known afterwards. Called while nothing is asked of
   * the server; its collector may be at work.
   *
   * @param rules those of the collectors that are running
   * @throws AssertionError that says which document is lost, wrong, or back from the dead
   */
  async settle(url: string, rules: CollectorRules): Promise<void> {
    this.expect(rules);
    await requests.untilIndexed(url);
    const live = new Map((await requests.queryAll(url)).map((document) => [keyOf(document), document]));
    const trashed = new Map((await requests.queryTrash(url)).map((document) => [keyOf(document), document]));
    for (const entry of this.entries) {
      const document = live.get(entry.key);
      const deleted = trashed.get(entry.key);
      assert.ok(!document || !deleted, `${entry.key} is in the trash and not in the trash`);
      live.delete(entry.key);
      trashed.delete(entry.key);
      if (document) await this.#confirmLive(url, entry, document);
      else if (deleted) await this.#confirmTrashed(url, entry, deleted);
      else this.#confirmGone(entry);
    }
    assert.deepEqual([...live.values(), ...trashed.values()], [], 'documents that nobody pushed, or that were purged');
    for (const document_id of [...this.#purgedIds].slice(-20)) await requests.expectGone(url, document_id);
    this.#rules = [rules];
  }

  /** The document that there is must be the one that was acknowledged, or the one after what was not answered. */
  async #confirmLive(url: string, entry: Entry, document: WireDocument): Promise<void> {
    const { key } = entry;
    const state = confirmState(entry, 'live', document);
    const { document_id } = document;
    const current = state.versions.at(-1) ?? assert.fail(key);
    assert.equal(document.checksum_sha256, current.digest, key);
    assert.equal(document.size_bytes, current.content.length, key);
    assert.ok(current.content.equals(await requests.pull(url, document_id)), `${key} has other content`);
    assert.deepEqual(await requests.info(url, document_id), document, key);
    const found = await requests.queryAll(url, { name: document.name.toUpperCase() });
    assert.deepEqual(found, [document], `${key} is not found under its name`);
    const versions = await this.#confirmVersions(url, key, document_id, state, this.mayLack(entry, state));
    Object.assign(entry, { document_id, state: { ...state, versions }, asked: undefined, may_lack: 0 });
  }

  /** What is in the trash shows nothing of itself; the folder is looked into for its versions, and it may come back. */
  async #confirmTrashed(url: string, entry: Entry, deleted: requests.WireDeletedDocument): Promise<void> {
    const state = confirmState(entry, 'trash', deleted);
    await requests.expectGone(url, deleted.document_id);
    const may_lack = this.mayLack(entry, state);
    Object.assign(entry, { document_id: deleted.document_id, state, asked: undefined, may_lack });
  }

  #confirmGone(entry: Entry): void {
    const states = [entry.state, entry.asked].filter((state) => state !== undefined);
    const mayBeGone = states.some(({ place }) => place === 'gone' || (place === 'trash' && this.mayPurgeTrash));
    assert.ok(mayBeGone, `${entry.key} (${entry.document_id ?? 'no id'}) was acknowledged and is lost`);
    this.forget(entry);
  }

  /** The document is gone for good. */
  forget(entry: Entry): void {
    if (entry.document_id !== undefined) this.#purgedIds.add(entry.document_id);
    this.#entries.delete(entry.key);
  }

  /** Resolves to those of the owed versions that are still there; up to `may_lack` they need not be. */
  async #confirmVersions(
    url: string,
    key: string,
    document_id: string,
    { versions }: State,
    may_lack: number,
  ): Promise<OwedVersion[]> {
    const listed = new Map((await listVersions(url, document_id)).map((version) => [version.version, version]));
    const kept: OwedVersion[] = [];
    for (const owed of versions) {
      const version = listed.get(owed.version);
      listed.delete(owed.version);
      if (version) {
        assertVersion(version, owed, key);
        kept.push(owed);
      } else assert.ok(owed.version <= may_lack, `version ${owed.version} of ${key} is lost`);
    }
    assert.deepEqual([...listed.values()], [], `versions of ${key} that nobody made`);
    const [oldest] = kept;
    if (oldest && kept.length > 1) await confirmOld(url, document_id, key, oldest, may_lack);
    return kept;
  }
}

/** The bytes of an old version; that those of all others are on the disk is seen when the folder is looked into. */
async function confirmOld(
  url: string,
  document_id: string,
  key: string,
  { version, content }: OwedVersion,
  may_lack: number,
): Promise<void> {
  try {
    const pulled = await pullVersion(url, document_id, version);
    assert.ok(content.equals(pulled), `version ${version} of ${key} has other content`);
  } catch (error) {
    const removed = error instanceof requests.WrongAnswerError && error.code === 'version_removed';
    if (!removed || version > may_lack) throw error;
  }
}

/** The one of a document's possible states in which it is. */
function confirmState(
  entry: Entry,
  place: State['place'],
  { document_id, name, tags, description, version }: requests.WireDeletedDocument,
): State {
  if (entry.document_id !== undefined) assert.equal(document_id, entry.document_id, entry.key);
  const seen = sketch({ place, text: { name, tags, description }, version });
  const possible = [entry.state, entry.asked].filter((state) => state !== undefined);
  const sketches = possible.map(({ text, versions, place: owed }) =>
    sketch({ place: owed, text, version: versions.at(-1)?.version }),
  );
  const state = possible[sketches.indexOf(seen)];
  return state ?? assert.fail(`${entry.key} is ${seen} and not ${sketches.join(' or ')}`);
}

function sketch({ place, text, version }: { place: string; text: DocumentText; version: number | undefined }): string {
  const { name, tags, description } = text;
  return JSON.stringify([place, name, tags, description, version]);
}

function assertVersion(version: WireVersion, owed: OwedVersion, key: string): void {
  const { version: number, checksum_sha256: digest, parents, message, size_bytes } = version;
  assert.deepEqual(
    { number, digest, parents, message, size_bytes },
    {
      number: owed.version,
      digest: owed.digest,
      parents: owed.parents,
      message: owed.message,
      size_bytes: owed.content.length,
    },
    `version ${number} of ${key}`,
  );
}

/** The key in a document's name. */
export function keyOf({ name }: { name: string }): string {
  return /key-\d+/.exec(name)?.[0] ?? name;
}

export function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
