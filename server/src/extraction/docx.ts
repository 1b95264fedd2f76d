import mammoth from 'mammoth';
import { readHtml } from './html.js';
import { Unreadable } from './unreadable.js';
import { checkZip } from './zip-check.js';

const LIMITS = { entries: 2000, bytes: 64 * 1024 * 1024 };

/** Beside the headings, which are known. */
const STYLES = ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"];

/** Images are not unpacked, only their descriptions are wanted. */
const noImage = (): Promise<{ src: string }> => Promise.resolve({ src: '' });

/**
 * The text of a Word document, with its headings.
 *
 * @throws Unreadable
 */
export async function readDocx(content: Buffer, maxTextBytes: number): Promise<{ text: string; truncated: boolean }> {
  await checkZip(content, LIMITS, 'DOCX');
  let html: string;
  try {
    ({ value: html } = await mammoth.convertToHtml(
      { buffer: content },
      { externalFileAccess: false, styleMap: STYLES, convertImage: mammoth.images.imgElement(noImage) },
    ));
  } catch {
    throw new Unreadable('It is not a valid DOCX file.');
  }
  return readHtml(html, maxTextBytes);
}
