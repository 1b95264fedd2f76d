import { corpus } from './corpus.js';
import { writeStore, type StorableDocument } from './store-writer.js';

/** Documents share this many contents: a hundred thousand files would cost minutes and no query looks at them. */
const CONTENTS = 200;

/**
 * Fills a storage folder with documents. The same count makes the same ones.
 * @param folder empty
 * @param count how many documents
 * @returns the folder
 */
export async function generateStore(folder: string, count: number): Promise<string> {
  await writeStore(folder, documents(count));
  return folder;
}

function* documents(count: number): Generator<StorableDocument> {
  const contents = Array.from({ length: CONTENTS }, (_, index) =>
    Buffer.from(`The content of document ${index}.\n`.repeat(20)),
  );
  let index = 0;
  for (const document of corpus(count)) {
    const content = contents[index++ % CONTENTS];
    if (content === undefined) throw new RangeError('a corpus without contents');
    yield { ...document, content };
  }
}
