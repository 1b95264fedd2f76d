/** PDF files as small as they can be, for tests. */

/** The bytes of a PDF whose objects are these, the first one its catalogue. */
export function pdfOf(objects: readonly string[], trailer = ''): Buffer {
  let file = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

/** A stream object. */
export function stream(content: string, dictionary = ''): string {
  return `<< /Length ${content.length} ${dictionary} >>\nstream\n${content}\nendstream`;
}

/** A PDF of pages with these lines. */
export function pdfWith(pages: readonly (readonly string[])[]): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, index) => `${4 + 2 * index} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  for (const [index, lines] of pages.entries()) {
    const shown = lines.map((line) => `(${line.replace(/[\\()]/g, '\\$&')}) Tj T*`).join(' ');
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F 3 0 R >> >> /Contents ${5 + 2 * index} 0 R >>`,
      stream(lines.length > 0 ? `BT /F 12 Tf 14 TL 50 700 Td ${shown} ET` : ''),
    );
  }
  return pdfOf(objects);
}

/** A PDF whose reading does not end before the sun does: forms that show forms that show forms. */
export function endlessPdf(): Buffer {
  const page = '/Type /Page /Parent 2 0 R /MediaBox [0 0 600 800]';
  const forms = Array.from({ length: 30 }, (_, index) => {
    const next = `/Resources << /XObject << /X ${6 + index} 0 R >> >>`;
    const content = index < 29 ? '/X Do '.repeat(20) : 'BT /F 12 Tf (x) Tj ET';
    return stream(content, `/Type /XObject /Subtype /Form /BBox [0 0 1 1] ${index < 29 ? next : ''}`);
  });
  return pdfOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
    `<< ${page} /Resources << /XObject << /X 5 0 R >> >> /Contents 4 0 R >>`,
    stream('/X Do'),
    ...forms,
  ]);
}
