/** What the journal must tell at any moment: how everything that is in the tables has come there, and nothing else. */
import assert from 'node:assert/strict';
import type BetterSqlite3 from 'better-sqlite3';

interface EventRow {
  type: string;
  document_id: string;
  sequence: number;
  version: number;
  data: string;
}

/** A document as the journal tells of it. */
interface Told {
  readonly document_id: string;
  /** Place of its creation. */
  readonly sequence: number;
  in_trash: boolean;
  revision: number;
  current_version: number;
  readonly versions: Set<number>;
}

/** @throws AssertionError that says what is told and not so */
export function inspectJournal(database: BetterSqlite3.Database): void {
  const told = new Map<string, Told>();
  const events = database.prepare<[], EventRow>('SELECT * FROM events ORDER BY tenant_id, sequence');
  for (const event of events.iterate()) follow(told, event);
  const documents = [...told.values()].sort((a, b) => (a.document_id < b.document_id ? -1 : 1));
  assert.deepEqual(
    rows(database, 'documents'),
    documents.filter(({ in_trash }) => !in_trash).map(toRow),
    'the documents are not those of which the journal tells',
  );
  assert.deepEqual(
    rows(database, 'trash'),
    documents.filter(({ in_trash }) => in_trash).map(toRow),
    'what is in the trash is not what the journal tells of',
  );
  const versions = database
    .prepare('SELECT document_id, version FROM document_versions ORDER BY document_id, version')
    .all();
  assert.deepEqual(
    versions,
    documents.flatMap(({ document_id, versions: numbers }) =>
      [...numbers].map((version) => ({ document_id, version })),
    ),
    'the versions are not those of which the journal tells',
  );
  const counters = database
    .prepare<[], { first: number; last: number; events: number }>(
      `SELECT first_sequence AS first, last_sequence AS last,
         (SELECT count(*) FROM events e WHERE e.tenant_id = t.tenant_id) AS events FROM tenants t`,
    )
    .all();
  for (const { first, last, events: count } of counters) assert.equal(last - first, count, 'the journal has gaps');
}

/** Takes one event into account. */
function follow(told: Map<string, Told>, { type, document_id, sequence, version, data }: EventRow): void {
  if (type === 'document.created') {
    assert.ok(!told.has(document_id), `${document_id} was made twice`);
    const versions = new Set([1]);
    told.set(document_id, { document_id, sequence, in_trash: false, revision: 1, current_version: 1, versions });
    return;
  }
  const what = `${type} of ${document_id} (${sequence})`;
  const document = told.get(document_id) ?? assert.fail(`${what}, which was not there`);
  if (type === 'document.purged') {
    told.delete(document_id);
    return;
  }
  if (type === 'document.versions_removed') {
    const { versions } = JSON.parse(data) as { versions: number[] };
    for (const number of versions) assert.ok(document.versions.delete(number), `${what}: version ${number}`);
    assert.ok(!versions.includes(document.current_version), `${what}: its current version`);
    return;
  }
  assert.equal(document.in_trash, type === 'document.restored', what);
  document.in_trash = type === 'document.deleted';
  if (!document.in_trash) document.revision += 1;
  if (type === 'document.version_created') {
    document.current_version += 1;
    document.versions.add(version);
  }
  assert.equal(version, document.current_version, what);
}

type Row = Pick<Told, 'document_id' | 'sequence' | 'revision' | 'current_version'>;

function rows(database: BetterSqlite3.Database, table: 'documents' | 'trash'): unknown[] {
  return database
    .prepare(`SELECT document_id, sequence, revision, current_version FROM ${table} ORDER BY document_id`)
    .all();
}

function toRow({ document_id, sequence, revision, current_version }: Told): Row {
  return { document_id, sequence, revision, current_version };
}
