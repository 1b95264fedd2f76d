import { getDocumentProxy } from 'unpdf';
import { MarkdownWriter } from './markdown-writer.js';
import { Unreadable } from './unreadable.js';

/** Pages that are read at all. */
const MAX_PAGES = 5000;

/** A piece of text on a page, as pdf.js gives it. */
interface TextItem {
  readonly str: string;
  readonly hasEOL: boolean;
}

/**
 * The text of a PDF by pages, each under a heading `## Page 3`.
 *
 * @throws Unreadable
 */
export async function readPdf(
  content: Uint8Array,
  maxTextBytes: number,
): Promise<{ text: string; truncated: boolean }> {
  const pdf = await open(content);
  try {
    const writer = new MarkdownWriter(maxTextBytes);
    const pages = Math.min(pdf.numPages, MAX_PAGES);
    for (let number = 1; number <= pages && !writer.isFull; number += 1) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      const texts = (items as (TextItem | object)[]).filter((item) => 'str' in item);
      if (texts.some(({ str }) => str.trim() !== '')) {
        writer.heading(2);
        writer.text(`Page ${number}`);
        writer.paragraph();
      }
      for (const { hasEOL, str } of texts) {
        writer.text(str);
        if (hasEOL) writer.line();
      }
      page.cleanup();
    }
    const { text, truncated } = writer.finish();
    return { text, truncated: truncated || pdf.numPages > pages };
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable('It is not a valid PDF file.');
  } finally {
    await pdf.destroy();
  }
}

async function open(content: Uint8Array): ReturnType<typeof getDocumentProxy> {
  try {
    return await getDocumentProxy(content, {
      isEvalSupported: false,
      disableFontFace: true,
      useSystemFonts: false,
      stopAtErrors: false,
      verbosity: 0,
    });
  } catch (error) {
    const { name } = error as Error;
    throw new Unreadable(name === 'PasswordException' ? 'The PDF is encrypted.' : 'It is not a valid PDF file.');
  }
}
