/** The row that says what a tenant uses and may use; the database itself counts (`countUsage`). */
import { statement, type Session } from '../../db/index.js';
import type { Usage } from '../../kernel/contract.js';

interface UsageRow {
  used_bytes: number;
  used_documents: number;
  allowed_bytes: number | null;
  allowed_documents: number | null;
}

const usageOf = statement<{ tenant_id: string }, UsageRow>((knex, $) =>
  knex('tenants')
    .select('used_bytes', 'used_documents', 'allowed_bytes', 'allowed_documents')
    .where({ tenant_id: $('tenant_id') }),
);

/** @throws Error when there is no such tenant */
export async function findUsage(db: Session, tenant_id: string): Promise<Usage> {
  const [row] = await db.run(usageOf, { tenant_id });
  if (!row) throw new Error(`no tenant ${tenant_id}`);
  const { used_bytes, used_documents, allowed_bytes, allowed_documents } = row;
  return {
    used_bytes,
    used_documents,
    ...(allowed_bytes !== null && { allowed_bytes }),
    ...(allowed_documents !== null && { allowed_documents }),
  };
}
