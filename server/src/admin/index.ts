/** The door of the operator's commands. */
export { ADMIN_HELP, readAdminCommand, type AdminCommand } from './commands.js';
