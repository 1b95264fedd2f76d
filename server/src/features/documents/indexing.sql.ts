/** The fixed statements on what is indexed and what waits for it. */
import { statement } from '../../db/index.js';
import type { IndexStatus } from '../../kernel/contract.js';

export const setIndexStatus = statement<{
  tenant_id: string;
  sequence: number;
  index_status: IndexStatus;
  index_reason: string;
}>((knex, $) =>
  knex('documents')
    .where({ tenant_id: $('tenant_id'), sequence: $('sequence') })
    .update({ index_status: $('index_status'), index_reason: $('index_reason') }),
);

export const deleteExtractedText = statement<{ tenant_id: string; sequence: number }>((knex, $) =>
  knex('extracted_texts')
    .where({ tenant_id: $('tenant_id'), sequence: $('sequence') })
    .delete(),
);
