import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

/** A certificate and its key, in PEM. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

/**
 * Reads what a listener needs to speak TLS, and looks at whether it fits together.
 *
 * @throws Error whose message says which setting is wrong, and how; nothing of the key is in it
 */
export async function readTlsIdentity(certFile: string, keyFile: string): Promise<TlsIdentity> {
  const cert = await readPem('DOCUMENT_TLS_CERT', certFile);
  const key = await readPem('DOCUMENT_TLS_KEY', keyFile);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const { message } = error as Error;
    throw new Error(
      `DOCUMENT_TLS_CERT (${certFile}) and DOCUMENT_TLS_KEY (${keyFile}) are no certificate and its key in PEM: ${message}`,
      { cause: error },
    );
  }
  return { cert, key };
}

async function readPem(variable: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`${variable} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
