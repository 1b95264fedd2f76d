/** Holds a document's history against what its writers were told. */
import assert from 'node:assert/strict';
import { info } from '../crash/document-requests.js';
import { digestOf } from '../crash/ledger.js';
import { listVersions, pullVersion, readCurrent, type WireVersion } from '../crash/version-requests.js';
import { tokensIn } from './race-text.js';
import type { Acknowledged, Report } from './writer.js';

interface Told extends Acknowledged {
  readonly writer: number;
}

/**
 * Checks that no change was lost: the history is one line without a gap, and it is made of the acknowledged changes and
 * nothing else, each of which has kept all that stood there before it.
 *
 * @param rolledBack whether somebody took back what others wrote
 * @throws AssertionError
 */
export async function checkHistory(
  url: string,
  document_id: string,
  reports: readonly Report[],
  rolledBack: boolean,
): Promise<void> {
  const versions = (await listVersions(url, document_id)).reverse();
  const told = reports.flatMap(({ writer, acknowledged }) => acknowledged.map((change) => ({ ...change, writer })));
  const made = told.filter(({ outcome }) => outcome !== 'unchanged').sort((a, b) => a.version - b.version);
  assert.deepEqual(
    versions.map(({ version }) => version),
    Array.from({ length: versions.length }, (_, index) => index + 1),
    'the versions have gaps',
  );
  assert.deepEqual(
    made.map(({ version }) => version),
    versions.slice(1).map(({ version }) => version),
    'the versions are not those that were acknowledged',
  );
  for (const { version, checksum_sha256, writer } of told) {
    assert.equal(versions[version - 1]?.checksum_sha256, checksum_sha256, `version ${version} of writer ${writer}`);
  }
  await checkContents(url, versions, made);
  await checkCurrent(url, document_id, versions, reports);
  for (const { writer, acknowledged, refusals } of reports) {
    const own = acknowledged.filter(({ outcome }) => outcome !== 'unchanged').length;
    assert.ok(refusals <= made.length - own, `writer ${writer} was refused ${refusals} times without cause`);
  }
  if (rolledBack) return;
  const last = versions.at(-1) ?? assert.fail('no versions');
  const tokens = tokensIn((await pullVersion(url, document_id, last.version)).toString());
  assert.deepEqual(tokens.sort(), made.flatMap((change) => change.tokens).sort(), 'not every token is there once');
}

/** Every version has what stood in the one before and what its writer brought; a rollback has what it went back to. */
async function checkContents(url: string, versions: readonly WireVersion[], made: readonly Told[]): Promise<void> {
  let before: string[] = [];
  for (const { version, document_id, checksum_sha256, parents } of versions) {
    const content = await pullVersion(url, document_id, version);
    assert.equal(digestOf(content), checksum_sha256, `the content of version ${version}`);
    const tokens = tokensIn(content.toString());
    const change = made.find((candidate) => candidate.version === version);
    if (change === undefined) {
      assert.deepEqual([version, parents, tokens], [1, [], []]);
    } else if (change.target !== undefined) {
      assert.equal(checksum_sha256, versions[change.target - 1]?.checksum_sha256, `the rollback in version ${version}`);
      assert.deepEqual(parents, [version - 1], `the parents of version ${version}`);
    } else {
      const missing = [...before, ...change.tokens].filter((token) => !tokens.includes(token));
      assert.deepEqual(missing, [], `version ${version} has lost tokens`);
      assert.equal(new Set(tokens).size, tokens.length, `version ${version} has tokens twice: ${tokens.join()}`);
      checkParents(change, parents, versions);
    }
    before = tokens;
  }
}

function checkParents(change: Told, parents: readonly number[], versions: readonly WireVersion[]): void {
  const { version, outcome } = change;
  const what = `the parents of version ${version}`;
  assert.deepEqual(parents, change.parents, what);
  assert.equal(new Set(parents).size, outcome === 'merged' ? 2 : 1, `${what}, which was ${outcome}: ${parents.join()}`);
  assert.equal(parents[0], version - 1, what);
  if (change.if_match === '*') return;
  // What If-Match named is what the change was made from: the version before, or the base of the merge.
  const named = parents.at(-1) ?? 0;
  assert.ok(named < version, what);
  assert.equal(`"${versions[named - 1]?.checksum_sha256}"`, change.if_match, what);
}

/** What the document says of itself is what its last version says. */
async function checkCurrent(
  url: string,
  document_id: string,
  versions: readonly WireVersion[],
  reports: readonly Report[],
): Promise<void> {
  const last = versions.at(-1) ?? assert.fail('no versions');
  const document = await info(url, document_id);
  const { version, checksum_sha256, size_bytes } = last;
  assert.deepEqual(
    { version: document.version, checksum_sha256: document.checksum_sha256, size_bytes: document.size_bytes },
    { version, checksum_sha256, size_bytes },
  );
  const restored = reports.reduce((sum, report) => sum + report.restored, 0);
  assert.equal(document.revision, versions.length + restored, 'the revision');
  const read = await readCurrent(url, document_id);
  assert.equal(read.etag, `"${checksum_sha256}"`);
  assert.equal(digestOf(read.content), checksum_sha256);
}
