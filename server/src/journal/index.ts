/** The door of the journal: what happened, in order, written in the transaction of the change itself. */
import { statement, type Session } from '../db/index.js';
import { keyIdOf, tenantSuspended, type Principal } from '../kernel/principal.js';
import { Problem } from '../kernel/problem.js';

export type EventType =
  | 'document.created'
  | 'document.updated'
  | 'document.version_created'
  | 'document.versions_removed'
  | 'document.deleted'
  | 'document.restored'
  | 'document.purged';

/** Something that happened to a document. `data` holds what a consumer cannot read from the rows any more. */
export interface JournalEvent {
  readonly type: EventType;
  readonly document_id: string;
  readonly version: number;
  readonly data?: Record<string, unknown>;
}

interface EventRow {
  tenant_id: string;
  sequence: number;
  type: EventType;
  document_id: string;
  version: number;
  principal_id: string;
  occurred_at: string;
  data: string;
}

const nextSequence = statement<{ tenant_id: string }, { last_sequence: number; suspended_at: string | null }>(
  (knex, $) =>
    knex('tenants')
      .where({ tenant_id: $('tenant_id') })
      .increment('last_sequence', 1)
      .returning(['last_sequence', 'suspended_at']),
);

const keyState = statement<{ key_id: string }, { revoked_at: string | null; expires_at: string | null }>((knex, $) =>
  knex('api_keys')
    .select('revoked_at', 'expires_at')
    .where({ key_id: $('key_id') }),
);

const insertEvent = statement<EventRow>((knex, $) =>
  knex('events').insert({
    tenant_id: $('tenant_id'),
    sequence: $('sequence'),
    type: $('type'),
    document_id: $('document_id'),
    version: $('version'),
    principal_id: $('principal_id'),
    occurred_at: $('occurred_at'),
    data: $('data'),
  }),
);

/**
 * Appends an event to the tenant's journal within the transaction of the change. The tenant may have been suspended since
 * the request was admitted, which for a large file may be hours ago, and the key revoked: then nothing is changed for
 * whoever holds it.
 *
 * @returns the event's sequence: rises with every change of the tenant, and is unique over all tenants
 * @throws Problem `tenant_suspended`, `unauthenticated`; Error when there is no such tenant
 */
export async function append(tx: Session, principal: Principal, event: JournalEvent, at: Date): Promise<number> {
  const { tenant_id, principal_id } = principal;
  const [tenant] = await tx.run(nextSequence, { tenant_id });
  if (!tenant) throw new Error(`no tenant ${tenant_id}`);
  const key_id = keyIdOf(principal);
  if (key_id !== undefined) {
    if (tenant.suspended_at !== null) throw tenantSuspended(tenant.suspended_at);
    const [key] = await tx.run(keyState, { key_id });
    if (key) assertValid(key, at);
  }
  const { type, document_id, version, data = {} } = event;
  const sequence = tenant.last_sequence;
  await tx.run(insertEvent, {
    tenant_id,
    sequence,
    type,
    document_id,
    version,
    principal_id,
    occurred_at: at.toISOString(),
    data: JSON.stringify(data),
  });
  return sequence;
}

function assertValid(
  { revoked_at, expires_at }: { readonly revoked_at: string | null; readonly expires_at: string | null },
  at: Date,
): void {
  if (revoked_at !== null) throw new Problem('unauthenticated', `The key was revoked at ${revoked_at}.`);
  if (expires_at === null || expires_at > at.toISOString()) return;
  throw new Problem('unauthenticated', `The key expired at ${expires_at}.`);
}
