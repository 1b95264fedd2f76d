/** DOCX files, for tests. */
import { createRequire } from 'node:module';

interface Zip {
  file(path: string, content: string | Uint8Array): void;
  generateAsync(options: { type: 'nodebuffer'; compression: 'DEFLATE' }): Promise<Buffer>;
}
const JSZip = createRequire(import.meta.url)('jszip') as new () => Zip;

const TYPES =
  '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
  '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
  '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>' +
  '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>';
const RELATIONSHIPS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';
const TYPE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const NAMESPACES =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ' +
  `xmlns:r="${TYPE}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" ` +
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"';
const STYLES = `<w:styles ${NAMESPACES}>${['Title', 'Heading 1', 'Heading 2']
  .map((name) => `<w:style w:type="paragraph" w:styleId="${name.replace(' ', '')}"><w:name w:val="${name}"/></w:style>`)
  .join('')}</w:styles>`;

/** A paragraph, in a style if one is given. */
export function paragraph(text: string, style?: string): string {
  const properties = style === undefined ? '' : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`;
  return `<w:p>${properties}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

/** The document.xml around a body. */
export function documentXml(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><w:document ${NAMESPACES}><w:body>${body}</w:body></w:document>`;
}

/** An image that stands in a paragraph. */
export function image(relationship: string, description: string): string {
  return (
    `<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="p" descr="${description}"/><a:graphic><a:graphicData><pic:pic>` +
    `<pic:blipFill><a:blip r:embed="${relationship}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`
  );
}

/** The bytes of a DOCX with this document.xml, and with other files in it. */
export async function docxOf(
  document: string,
  files: Readonly<Record<string, string | Uint8Array>> = {},
  relationships = '',
): Promise<Buffer> {
  const zip = new JSZip();
  zip.file('[Content_Types].xml', TYPES);
  zip.file(
    '_rels/.rels',
    `<Relationships ${RELATIONSHIPS}><Relationship Id="d" Type="${TYPE}/officeDocument" Target="word/document.xml"/></Relationships>`,
  );
  zip.file(
    'word/_rels/document.xml.rels',
    `<Relationships ${RELATIONSHIPS}><Relationship Id="s" Type="${TYPE}/styles" Target="styles.xml"/>${relationships}</Relationships>`,
  );
  zip.file('word/styles.xml', STYLES);
  zip.file('word/document.xml', document);
  for (const [path, content] of Object.entries(files)) zip.file(path, content);
  return await zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' });
}

/** The relationship to an image. */
export function imageRelationship(id: string, target: string): string {
  return `<Relationship Id="${id}" Type="${TYPE}/image" Target="${target}"/>`;
}
