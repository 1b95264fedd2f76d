/** The door of the tenants' room. */
export { Tenants, type NewTenant } from './tenants.js';
