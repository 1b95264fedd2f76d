/** The fixed statements on the uploads' table. */
import { statement } from '../../db/index.js';

export interface UploadKey {
  tenant_id: string;
  upload_id: string;
}

/** `open`: bytes may arrive; `complete`: it has become what it was to become; `expired`: it was given up. */
export type UploadState = 'open' | 'complete' | 'expired';

/** An upload's row; `plan` and `outcome` are JSON. */
export interface UploadRow extends UploadKey {
  size_bytes: number;
  /** What the client said at the beginning, as it said it. */
  metadata: string;
  plan: string;
  state: UploadState;
  outcome: string | null;
  created_at: string;
  /** The principal that began it. */
  created_by: string;
  closed_at: string | null;
}

export const insertUpload = statement<UploadRow>((knex, $) =>
  knex('uploads').insert({
    tenant_id: $('tenant_id'),
    upload_id: $('upload_id'),
    size_bytes: $('size_bytes'),
    metadata: $('metadata'),
    plan: $('plan'),
    state: $('state'),
    outcome: $('outcome'),
    created_at: $('created_at'),
    created_by: $('created_by'),
    closed_at: $('closed_at'),
  }),
);

export const uploadById = statement<UploadKey, UploadRow>((knex, $) =>
  knex('uploads')
    .select('*')
    .where({ tenant_id: $('tenant_id'), upload_id: $('upload_id') }),
);

export const uploadsOfTenant = statement<{ tenant_id: string }, UploadRow>((knex, $) =>
  knex('uploads')
    .select('*')
    .where({ tenant_id: $('tenant_id') }),
);

export const closeUpload = statement<UploadKey & { state: UploadState; outcome: string | null; closed_at: string }>(
  (knex, $) =>
    knex('uploads')
      .where({ tenant_id: $('tenant_id'), upload_id: $('upload_id') })
      .update({ state: $('state'), outcome: $('outcome'), closed_at: $('closed_at') }),
);

export const deleteUpload = statement<UploadKey>((knex, $) =>
  knex('uploads')
    .where({ tenant_id: $('tenant_id'), upload_id: $('upload_id') })
    .delete(),
);
