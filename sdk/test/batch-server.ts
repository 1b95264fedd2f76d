import type { IncomingMessage, ServerResponse } from 'node:http';

import type { PushItem } from '../src/index.js';
import { answerJson, bodyOf, type Listen, sampleDocument } from './loopback-server.js';

interface ManifestItem {
  file: string;
  original_filename: string;
  checksum_sha256: string;
}

/** A batch as a server reads it. */
export interface ReadBatch {
  items: ManifestItem[];
  files: number;
}

/** Whether a stand-in has done something else with a batch than storing it. */
export type OnBatch = (batch: ReadBatch, response: ServerResponse, request: IncomingMessage) => boolean;

export const small = (index: number, bytes = 10): PushItem => ({
  source: Buffer.alloc(bytes, 'x'),
  filename: `${index}.txt`,
});
export const many = (count: number, bytes = 10): PushItem[] =>
  Array.from({ length: count }, (_, index) => small(index, bytes));

/** Starts a server that stores everything, unless `answer` does something else with a request. */
export async function startStoring(listen: Listen, answer: OnBatch = () => false) {
  const batches: ReadBatch[] = [];
  let alone = 0;
  const baseUrl = await listen((request, response) => {
    void bodyOf(request).then((body) => {
      if (request.url !== '/batch/documents') {
        alone++;
        return answerJson(response, sampleDocument, 201);
      }
      const text = body.toString('latin1');
      const manifest = /name="manifest"\r\n\r\n(.*?)\r\n--/s.exec(text)?.[1] ?? '';
      const { items } = JSON.parse(Buffer.from(manifest, 'latin1').toString()) as { items: ManifestItem[] };
      const batch = { items, files: text.split('filename="file').length - 1 };
      batches.push(batch);
      if (!answer(batch, response, request)) answerStored(batch, response);
    });
  });
  return { baseUrl, batches, alone: () => alone };
}

export function answerStored({ items }: ReadBatch, response: ServerResponse): void {
  const results = items.map(({ original_filename }) => ({
    status: 201,
    document: { ...sampleDocument, original_filename },
  }));
  answerJson(response, { created: items.length, failed: 0, results, unexpected_files: [] });
}
