// What runs in the thread that indexes: it has a connection of its own that writes, so that a large text holds up nobody.
import Tinypool from 'tinypool';
import { openWriter } from '../../../db/index.js';
import type { IndexOutcome } from '../../documents/index.js';
import { writeContent, type ContentJob } from './write-content.js';

const { filename } = Tinypool.workerData as { filename: string };
const writer = openWriter(filename);

/** Indexes a content, see `writeContent`. */
export default async function index(job: ContentJob): Promise<IndexOutcome | undefined> {
  return await writeContent(await writer, job);
}
