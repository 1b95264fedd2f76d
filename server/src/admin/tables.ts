/** Keys and tenants as the operator's commands list them. */
import type { ApiKey, Tenant } from '../kernel/contract.js';

export function keyTable(keys: readonly ApiKey[]): string {
  const now = new Date().toISOString();
  return table(
    ['KEY_ID', 'NAME', 'SCOPES', 'LIMITS', 'CREATED', 'LAST USED', 'STATE'],
    keys.map(({ key_id, name, scopes, limits, created_at, last_used_at, expires_at, revoked_at }) => [
      key_id,
      name,
      scopes.join(','),
      [...(limits?.tags ?? []), ...(limits?.collections ?? [])].join(',') || '-',
      created_at,
      last_used_at ?? '-',
      revoked_at !== undefined
        ? `revoked ${revoked_at}`
        : expires_at === undefined
          ? 'valid'
          : `${expires_at > now ? 'valid until' : 'expired'} ${expires_at}`,
    ]),
  );
}

export function tenantTable(tenants: readonly Tenant[]): string {
  return table(
    ['TENANT', 'NAME', 'BYTES', 'OF', 'DOCUMENTS', 'OF', 'STATE'],
    tenants.map(({ tenant_id, name, usage, suspended_at, deletion_started_at }) => [
      tenant_id,
      name || '-',
      String(usage.used_bytes),
      String(usage.allowed_bytes ?? '-'),
      String(usage.used_documents),
      String(usage.allowed_documents ?? '-'),
      deletion_started_at !== undefined
        ? `deletion cut off ${deletion_started_at}`
        : suspended_at !== undefined
          ? `suspended ${suspended_at}`
          : 'works',
    ]),
  );
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = titles.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [titles, ...rows]
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}
