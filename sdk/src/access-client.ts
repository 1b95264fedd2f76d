import type { Client } from 'openapi-fetch';

import {
  type ApiKeyDescription,
  createApiKey,
  listApiKeys,
  revokeApiKey,
  rotateApiKey,
  type RotateOptions,
} from './api-keys.js';
import { type CallOptions, Connection, type DocumentClientOptions } from './connection.js';
import type {
  ApiKey,
  ApiKeyPage,
  NewApiKey,
  NewTenant,
  PageRequest,
  Tenant,
  TenantChange,
  TenantPage,
  Usage,
} from './contract.js';
import type { paths } from './generated/openapi.js';
import { itemsOf } from './pages.js';
import { createTenant, deleteTenant, listTenants, readUsage, updateTenant } from './tenants.js';

/** A connection to a server, and who may do what there: keys and tenants. */
export class AccessClient {
  protected readonly connection: Connection;

  /** @throws TypeError or RangeError for options that cannot work */
  constructor(options: DocumentClientOptions = {}) {
    this.connection = new Connection(options);
  }

  /** Where the server is, without a slash at the end. */
  get baseUrl(): string {
    return this.connection.baseUrl;
  }

  /**
   * Every operation of the contract, typed, as openapi-fetch has it: with this client's time-out, retries and key, but
   * with error answers as values (`{ data, error, response }`).
   */
  get api(): Client<paths> {
    return this.connection.api;
  }

  /**
   * Makes an API key. Its secret (`key`) is in this answer alone.
   *
   * @throws ProblemError `forbidden` when it would be more than this client's own key
   */
  async createApiKey(description: ApiKeyDescription, options: CallOptions = {}): Promise<NewApiKey> {
    return await createApiKey(this.connection, description, options);
  }

  /** Lists the keys of the tenant, also those that are not valid any more: one page, the newest first. */
  async listApiKeys(page: PageRequest = {}, options: CallOptions = {}): Promise<ApiKeyPage> {
    const { items: keys, ...rest } = await listApiKeys(this.connection, page, options);
    return { keys, ...rest };
  }

  /** Lists the keys of the tenant, page after page as they are asked for. `limit` is the size of a page. */
  listApiKeysAll({ limit }: Omit<PageRequest, 'cursor'> = {}, options: CallOptions = {}): AsyncIterable<ApiKey> {
    return itemsOf((cursor) => listApiKeys(this.connection, { limit, cursor }, options));
  }

  /**
   * Revokes a key, at once. One that was revoked before is answered as it is.
   *
   * @throws ProblemError `api_key_not_found`; `forbidden` when it may do more than this client's own
   */
  async revokeApiKey(keyId: string, options: CallOptions = {}): Promise<ApiKey> {
    return await revokeApiKey(this.connection, keyId, options);
  }

  /**
   * Gives a key a new secret (`key`), which is in this answer alone; the one before stays valid for a while.
   *
   * @throws as `revokeApiKey`; NetworkError also when the connection was lost and it cannot be told whether the secret was
   *   changed: the one before is valid still, unless there was to be no overlap
   */
  async rotateApiKey(keyId: string, options: RotateOptions = {}): Promise<NewApiKey> {
    return await rotateApiKey(this.connection, keyId, options);
  }

  /** Asks what the tenant uses, and what it may use. */
  async usage(options: CallOptions = {}): Promise<Usage> {
    return await readUsage(this.connection, options);
  }

  /** Makes a tenant, as the operator. @throws ProblemError `tenant_exists` */
  async createTenant(tenant: NewTenant, options: CallOptions = {}): Promise<Tenant> {
    return await createTenant(this.connection, tenant, options);
  }

  /** Lists the tenants with what they use: one page, in the order of their ids. */
  async listTenants(page: PageRequest = {}, options: CallOptions = {}): Promise<TenantPage> {
    const { items: tenants, ...rest } = await listTenants(this.connection, page, options);
    return { tenants, ...rest };
  }

  /** Lists the tenants, page after page as they are asked for. `limit` is the size of a page. */
  listTenantsAll({ limit }: Omit<PageRequest, 'cursor'> = {}, options: CallOptions = {}): AsyncIterable<Tenant> {
    return itemsOf((cursor) => listTenants(this.connection, { limit, cursor }, options));
  }

  /** Changes a tenant's name and quotas, suspends it and lets it work again. @throws ProblemError `tenant_not_found` */
  async updateTenant(tenantId: string, change: TenantChange, options: CallOptions = {}): Promise<Tenant> {
    return await updateTenant(this.connection, tenantId, change, options);
  }

  /**
   * Deletes a tenant with all it has, for good; resolves when nothing is left. Calling it again goes on where it was cut.
   *
   * @throws ProblemError `tenant_not_found`
   */
  async deleteTenant(tenantId: string, options: CallOptions = {}): Promise<void> {
    await deleteTenant(this.connection, tenantId, options);
  }
}
