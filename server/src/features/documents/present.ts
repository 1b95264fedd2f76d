/** Looks up what must be there and what the principal may do something with, and says why it is not. */
import type { Session } from '../../db/index.js';
import type { Version } from '../../kernel/contract.js';
import { Problem } from '../../kernel/problem.js';
import type { Principal } from '../../kernel/principal.js';
import type { Action } from '../../kernel/rights.js';
import * as store from './documents.store.js';
import { assertMay, documentNotFound } from './permission.js';
import { findTrash } from './trash.store.js';
import { findVersion } from './versions.store.js';

/**
 * The document, with the facts of its current version or of another one.
 *
 * @param action what the principal is about to do with it
 * @throws Problem `document_not_found`, `forbidden`, `version_not_found`, `version_removed`
 */
export async function presentDocument(
  db: Session,
  principal: Principal,
  action: Action,
  document_id: string,
  version?: number,
): Promise<store.DocumentRow> {
  const { tenant_id } = principal;
  await assertMay(db, principal, action, document_id);
  const row = await store.findDocument(db, tenant_id, document_id, version);
  return row ?? (await explain(db, tenant_id, document_id, version));
}

/** The same for what a pull needs to know. */
export async function presentContent(
  db: Session,
  principal: Principal,
  action: Action,
  document_id: string,
  version?: number,
): Promise<store.ContentRow> {
  const { tenant_id } = principal;
  await assertMay(db, principal, action, document_id);
  const row = await store.findContent(db, tenant_id, document_id, version);
  return row ?? (await explain(db, tenant_id, document_id, version));
}

/** The same for what a version records. */
export async function presentVersion(
  db: Session,
  principal: Principal,
  action: Action,
  document_id: string,
  version: number,
): Promise<Version> {
  const { tenant_id } = principal;
  await assertMay(db, principal, action, document_id);
  const found = await findVersion(db, tenant_id, document_id, version);
  return found ?? (await explain(db, tenant_id, document_id, version));
}

async function explain(db: Session, tenant_id: string, document_id: string, version?: number): Promise<never> {
  // The trash first: a document that is restored between these looks is then found by the second one.
  const trashed = await findTrash(db, tenant_id, document_id);
  if (trashed) {
    const detail = `${document_id} is in the trash since ${trashed.deleted_at}. Restore it to use it again.`;
    throw new Problem('document_not_found', detail);
  }
  const current = await store.findContent(db, tenant_id, document_id);
  if (!current) throw documentNotFound(document_id);
  const newest = `its newest version is ${current.version}`;
  if (version === undefined) {
    throw new Problem('document_not_found', `${document_id} was not there a moment ago, and is now; ${newest}.`);
  }
  throw version < current.version
    ? new Problem('version_removed', `Version ${version} of ${document_id} was removed by retention; ${newest}.`)
    : new Problem('version_not_found', `${document_id} has no version ${version}; ${newest}.`);
}
