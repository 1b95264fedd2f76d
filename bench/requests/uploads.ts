import { contentDigest, prepareContent, stamp } from '../contents.js';
import type { UploadJob } from '../load-jobs.js';
import { expectStatus, isSampled, type LoadRequest, type Requests } from './load-request.js';
import { storedContent } from './pushes.js';

/** The requests of a job that pushes over tus 1.0: an upload is begun, and all of it sent in one piece. */
export function uploads(job: UploadJob): Requests {
  const content = prepareContent(job.content, job.sizeBytes);
  const begin = Buffer.from(
    `POST /uploads HTTP/1.1\r\nHost: 127.0.0.1:${job.port}\r\nTus-Resumable: 1.0.0\r\n` +
      `Upload-Length: ${job.sizeBytes}\r\nUpload-Metadata: ${metadata(content)}\r\nContent-Length: 0\r\n\r\n`,
  );
  return (index) => ({
    pieces: [begin],
    follow: (begun): LoadRequest => {
      expectStatus(begun, 201);
      const unique = stamp(job.run, index);
      const append =
        `PATCH ${pathOf(headerOf(begun.head, 'Location'), job.port)} HTTP/1.1\r\nHost: 127.0.0.1:${job.port}\r\n` +
        `Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\n` +
        `Content-Length: ${job.sizeBytes}\r\n\r\n`;
      return {
        pieces: [Buffer.from(append), unique, ...content.rest],
        check: (answer) => {
          expectStatus(answer, 204);
          const documentId = headerOf(answer.head, 'X-Document-ID');
          if (!isSampled(job, index)) return { verified: false };
          return () => {
            const sha256 = contentDigest(content, unique);
            return { verified: true, stored: [storedContent(job, { documentId, sha256 }, unique)] };
          };
        },
      };
    },
  });
}

function metadata({ filename, mimeType }: { readonly filename: string; readonly mimeType: string }): string {
  const values = { filename, filetype: mimeType, name: 'Quarterly architecture review', tags: 'design,docs' };
  return Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');
}

/** @throws Error when the answer has no such field */
function headerOf(head: string, name: string): string {
  const value = new RegExp(`\\r\\n${name}: *([^\\r\\n]+)`, 'i').exec(head)?.[1];
  if (value === undefined) throw new Error(`an answer without ${name}: ${head}`);
  return value;
}

/** A Location may be absolute or relative to the request. */
function pathOf(location: string, port: number): string {
  return new URL(location, `http://127.0.0.1:${port}/uploads`).pathname;
}
