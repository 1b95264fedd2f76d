/** The door of the tenants' room. */
export { assertOperator, Tenants, type NewTenant, type TenantChange } from './tenants.js';
