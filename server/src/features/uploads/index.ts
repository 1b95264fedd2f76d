/** The door of the uploads room. */
export { UploadExpiry } from './expiry.js';
export { Fulfilment } from './fulfilment.js';
export type { UploadPlan } from './plan.js';
export { TusProtocol } from './tus-protocol.js';
export { Uploads, type Upload } from './uploads.js';
