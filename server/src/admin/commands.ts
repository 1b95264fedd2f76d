/** The operator's commands on the machine of the server, beside one that runs or without: keys and tenants. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { readCount, readId, readLifetime, readLimits, readScopes, readTenantId, UsageError } from './values.js';
import type { ApiKeys, KeyPlace } from '../features/keys/index.js';
import type { Tenants } from '../features/tenants/index.js';
import { serverPrincipal } from '../kernel/principal.js';
import { Problem } from '../kernel/problem.js';
import { keyTable, tenantTable } from './tables.js';

/** What a command says: its result for stdout, and what people should know for stderr. */
export interface AdminAnswer {
  readonly result: string;
  readonly note?: string;
}

/** What the commands are built on. */
export interface Administered {
  readonly keys: ApiKeys;
  readonly tenants: Tenants;
}

/** A command whose arguments have been read, to be run on an open store. */
export type AdminCommand = (store: Administered) => Promise<AdminAnswer>;

/** Whom things are noted for that are done on the server's machine. */
const OPERATOR = 'operator';
/** Of a listing. */
const PAGE = 1000;

export const ADMIN_HELP = `document-server keys create --tenant <id> --name <name> --scopes <scope,…>
        [--expires <90d, 12h or a day>] [--limit-tags <tag,…>] [--limit-collections <id,…>]
                                     make a key; it alone is printed on stdout, and never again
document-server keys list --tenant <id>
document-server keys revoke <key_id>
document-server tenants create <id> [--name <name>] [--max-bytes <bytes>] [--max-documents <count>]
document-server tenants change <id> [--name <name>] [--max-bytes <bytes or none>] [--max-documents <count or none>]
document-server tenants list
document-server tenants suspend <id> its keys are refused, its content stays
document-server tenants resume <id>
document-server tenants delete <id> --yes
                                     with all its content, for good; one that was cut off goes on

Examples:

  document-server tenants create acme --name "Acme Inc." --max-bytes 10737418240
  document-server keys create --tenant acme --name ops --scopes documents:read,documents:write,keys:manage
  document-server keys create --tenant acme --name ci --scopes documents:read --expires 90d --limit-tags build
  document-server keys create --tenant default --name operator --scopes tenants:manage,keys:manage
  document-server keys list --tenant acme
  document-server keys revoke 0123456789abcdef`;

const commands: Readonly<Record<string, (args: readonly string[]) => AdminCommand>> = {
  'keys create': createKey,
  'keys list': listKeys,
  'keys revoke': revokeKey,
  'tenants create': createTenant,
  'tenants change': changeTenant,
  'tenants list': listTenants,
  'tenants suspend': (args) => suspendTenant(args, true),
  'tenants resume': (args) => suspendTenant(args, false),
  'tenants delete': deleteTenant,
};

/**
 * What the arguments ask for; undefined when that is not the operator's business here.
 *
 * @throws UsageError that says what to give instead
 */
export function readAdminCommand([group, verb, ...rest]: readonly string[]): AdminCommand | undefined {
  if (group !== 'keys' && group !== 'tenants') return undefined;
  const read = commands[`${group} ${verb ?? ''}`];
  if (read) return explained(read(rest));
  const verbs = Object.keys(commands).flatMap((name) => (name.startsWith(`${group} `) ? [name.split(' ')[1]] : []));
  throw new UsageError(`document-server ${group} takes one of ${verbs.join(', ')}; see document-server --help.`);
}

/** A refusal as it reads on the server's machine, where there is no request. */
function explained(command: AdminCommand): AdminCommand {
  return async (store) => {
    try {
      return await command(store);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const hints: Partial<Record<Problem['code'], string>> = {
        tenant_not_found: ' See document-server tenants list; document-server tenants create makes one.',
        api_key_not_found: ' See document-server keys list --tenant <id>.',
      };
      throw new Error(`${error.message.replace('body.', '')}${hints[error.code] ?? ''}`, { cause: error });
    }
  };
}

function createKey(args: readonly string[]): AdminCommand {
  const { values } = parsed(args, ['tenant', 'name', 'scopes', 'expires', 'limit-tags', 'limit-collections']);
  const tenant_id = readTenantId(required(values, 'tenant'));
  const name = required(values, 'name');
  const scopes = readScopes(required(values, 'scopes'));
  const expires_at = readLifetime(values['expires'], new Date());
  const limits = readLimits(values['limit-tags'], values['limit-collections']);
  return async ({ keys }) => {
    const made = await keys.create(tenant_id, { name, scopes, limits, expires_at }, OPERATOR);
    const until = expires_at === undefined ? 'until it is revoked' : `until ${expires_at}`;
    const note = `The key ${made.key_id} of the tenant ${tenant_id} is valid ${until}. It is shown this once.`;
    return { result: made.key, note };
  };
}

function listKeys(args: readonly string[]): AdminCommand {
  const tenant_id = readTenantId(required(parsed(args, ['tenant']).values, 'tenant'));
  return async ({ keys, tenants }) => {
    await tenants.find(tenant_id);
    const principal = serverPrincipal(tenant_id, OPERATOR);
    const all = await every(async (place?: KeyPlace) => {
      const { keys: items, next } = await keys.list(principal, PAGE, place);
      return { items, next };
    });
    return { result: keyTable(all) };
  };
}

function revokeKey(args: readonly string[]): AdminCommand {
  const key_id = readId(onlyOne(parsed(args, []).positionals, 'the id of a key, as keys list shows it'));
  return async ({ keys }) => {
    const tenant_id = await keys.tenantOf(key_id);
    const { revoked_at } = await keys.revoke(serverPrincipal(tenant_id, OPERATOR), key_id);
    return { result: key_id, note: `The key of the tenant ${tenant_id} is revoked since ${revoked_at ?? ''}.` };
  };
}

const QUOTAS = ['name', 'max-bytes', 'max-documents'] as const;

function createTenant(args: readonly string[]): AdminCommand {
  const { values, positionals } = parsed(args, QUOTAS);
  const tenant_id = readTenantId(onlyOne(positionals, 'the id of the tenant to be'));
  const allowed_bytes = readCount('--max-bytes', values['max-bytes']) ?? undefined;
  const allowed_documents = readCount('--max-documents', values['max-documents']) ?? undefined;
  return async ({ tenants }) => {
    await tenants.create({ tenant_id, name: values['name'] ?? tenant_id, allowed_bytes, allowed_documents });
    const next = `document-server keys create --tenant ${tenant_id} --name ops --scopes documents:read,documents:write`;
    return { result: tenant_id, note: `The tenant is there. Its first key: ${next}` };
  };
}

function changeTenant(args: readonly string[]): AdminCommand {
  const { values, positionals } = parsed(args, QUOTAS);
  const tenant_id = readTenantId(onlyOne(positionals, 'the id of a tenant'));
  const allowed_bytes = readCount('--max-bytes', values['max-bytes']);
  const allowed_documents = readCount('--max-documents', values['max-documents']);
  return async ({ tenants }) => ({
    result: tenantTable([await tenants.change(tenant_id, { name: values['name'], allowed_bytes, allowed_documents })]),
  });
}

function listTenants(args: readonly string[]): AdminCommand {
  parsed(args, []);
  return async ({ tenants }) => {
    const all = await every(async (behind?: string) => {
      const { tenants: items, next } = await tenants.list(PAGE, behind);
      return { items, next };
    });
    return { result: tenantTable(all) };
  };
}

function suspendTenant(args: readonly string[], suspended: boolean): AdminCommand {
  const tenant_id = readTenantId(onlyOne(parsed(args, []).positionals, 'the id of a tenant'));
  return async ({ tenants }) => {
    await tenants.change(tenant_id, { suspended });
    return { result: tenant_id, note: suspended ? 'Its keys are refused from now on.' : 'Its keys work again.' };
  };
}

function deleteTenant(args: readonly string[]): AdminCommand {
  const isSure = args.includes('--yes');
  const { positionals } = parsed(
    args.filter((argument) => argument !== '--yes'),
    [],
  );
  const tenant_id = readTenantId(onlyOne(positionals, 'the id of a tenant'));
  if (!isSure) {
    throw new UsageError(
      `This deletes ${tenant_id} with all its documents, for good. If that is meant: document-server tenants delete ${tenant_id} --yes`,
    );
  }
  return async ({ tenants }) => {
    await tenants.delete(tenant_id);
    return { result: tenant_id, note: 'Nothing of the tenant is left.' };
  };
}

type Options<Name extends string> = { readonly [Key in Name]?: string };

function parsed<const Name extends string>(
  args: readonly string[],
  names: readonly Name[],
): { values: Options<Name>; positionals: string[] } {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const name of names) options[name] = { type: 'string' };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values: values as Options<Name>, positionals };
  } catch (error) {
    // Node explains how to write what cannot be meant here.
    const [what = ''] = (error as Error).message.split('. To specify');
    throw new UsageError(`${what}; see document-server --help.`);
  }
}

function required<Name extends string>(values: Options<Name>, name: Name): string {
  const value = values[name];
  if (value === undefined || value.trim() === '') {
    throw new UsageError(`--${name} is missing; see document-server --help.`);
  }
  return value;
}

function onlyOne(positionals: readonly string[], what: string): string {
  const [only] = positionals;
  if (only !== undefined && positionals.length === 1) return only;
  throw new UsageError(`Give ${what}, and nothing else; see document-server --help.`);
}

/** The items of all pages. */
async function every<Place, Item>(
  pageFrom: (place?: Place) => Promise<{ readonly items: readonly Item[]; readonly next: Place | undefined }>,
): Promise<Item[]> {
  const all: Item[] = [];
  for (let page = await pageFrom(); ; page = await pageFrom(page.next)) {
    all.push(...page.items);
    if (page.next === undefined) return all;
  }
}
