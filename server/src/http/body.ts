/** Reads the request's body, in the way that the contract's media type for the operation asks for. */
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { Problem } from '../kernel/problem.js';
import { principalOf } from './admission.js';
import { stageWithin, type Allowance, type FindAllowance } from './allowance.js';
import { arrivingBody, takesStream, streamReader } from './arriving-body.js';
import { watchArrival } from './body-timeout.js';
import { requirePrecondition } from './conditional.js';
import type { Contract, Route } from './contract.js';
import { receiveForm, type FormLimits, type Stage } from './form.js';
import { fileTooLarge } from './form-parser.js';
import { formRules, stringChecker, takesManyFiles, type FormRules, type PartKind } from './form-rules.js';
import { knownProblem } from './machine-failures.js';
import { receiveManyFiles } from './many-files-form.js';
import type { ReceivedFile, UploadedFile } from './operation.js';

/** JSON bodies mostly are metadata; larger ones are a mistake or an attack, unless the contract says otherwise. */
const JSON_BYTES = 256 * 1024;
/** What a form may add to its file: fields, part headers, boundaries. */
const FORM_OVERHEAD_BYTES = 2 * 1024 * 1024;

export interface BodyOptions {
  readonly stage: Stage;
  readonly findAllowance: FindAllowance;
  readonly maxFileBytes: number;
  /** How long a body may make no progress. */
  readonly idleMs: number;
}

/** The files of a form, as its operation is given them. */
type FormFiles = { readonly file: UploadedFile } | { readonly files: ReadonlyMap<string, ReceivedFile> };

const uploads = new WeakMap<Request, FormFiles>();

/** The files that came with the request. */
export function receivedFiles(req: Request): FormFiles | undefined {
  return uploads.get(req);
}

/**
 * Gives the staged files of a request back, and lets go of a body that still arrives; to be called before it is answered,
 * whatever the answer.
 */
export function releaseUpload(req: Request): void {
  arrivingBody(req)?.release();
  const received = uploads.get(req);
  if (received === undefined) return;
  const files = 'file' in received ? [received.file] : received.files.values();
  for (const file of files) if ('content' in file) file.content.discard();
}

/**
 * Makes the body readers of the operations: what stands between "which operation is it, and may the caller" and "does the
 * request fulfil the contract". No byte of a body is read before the first, and what is read is checked by the second.
 *
 * @returns the reader of an operation, or undefined when that takes no body
 */
export function bodyReaders(contract: Contract, options: BodyOptions): (route: Route) => RequestHandler | undefined {
  const forms = formRules(contract);
  const fileName = contract.resolve({ $ref: '#/components/schemas/FileName' });
  const { maxFileBytes } = options;
  const limits: FormLimits = {
    maxFileBytes,
    maxFormBytes: maxFileBytes + FORM_OVERHEAD_BYTES,
    isFileName: stringChecker(fileName),
  };

  return (route) => {
    const mediaTypes = contract.bodyTypes(route);
    if (mediaTypes.length === 0) return undefined;
    if (takesStream(mediaTypes)) return streamReader(contract.allowsNoBody(route), options.idleMs);
    const demandsPrecondition = contract.demandsPrecondition(route);
    const rules = forms.get(route.operationId) ?? new Map<string, PartKind>();
    const isForMany = takesManyFiles(contract, route);
    const parseJson = express.json({
      limit: contract.maxBodyBytes(route) ?? JSON_BYTES,
      type: () => true,
      strict: false,
    });
    return async (req: Request, res: Response, next: NextFunction) => {
      // Before a large file has been sent in vain.
      if (demandsPrecondition) requirePrecondition(req.headers);
      const mediaType = acceptedType(req, mediaTypes);
      const watch = watchArrival(req, options.idleMs);
      try {
        if (mediaType === 'application/json') await readJson(parseJson, req, res, watch.signal);
        else if (isForMany) await readManyFiles(req, rules, watch.signal);
        else await readForm(req, rules, watch.signal);
      } finally {
        watch.stop();
      }
      // The validator keeps a compiled check for every content type that it sees, parameters and all.
      req.headers['content-type'] = mediaType;
      next();
    };
  };

  /** @throws Problem for a body that says itself that it is too long, before it is read */
  async function stageFor(req: Request): Promise<Stage> {
    refuseOversize(req, limits);
    const allowance = await options.findAllowance(principalOf(req).tenant_id);
    if (!allowance) return options.stage;
    refuseBeyond(req, allowance);
    return stageWithin(options.stage, allowance);
  }

  async function readForm(req: Request, rules: FormRules, signal: AbortSignal): Promise<void> {
    const stage = await stageFor(req);
    const { fields, file } = await receiveForm(req, rules, stage, limits, signal);
    // The contract's word for a file is a binary string; the file itself waits in the staging area.
    req.body = file ? { ...fields, file: '' } : fields;
    if (file) uploads.set(req, { file });
  }

  async function readManyFiles(req: Request, rules: FormRules, signal: AbortSignal): Promise<void> {
    const stage = await stageFor(req);
    const [textName = ''] = rules.keys();
    const { text, files } = await receiveManyFiles(req, textName, stage, limits, knownProblem, signal);
    uploads.set(req, { files });
    req.body = text === undefined ? {} : { [textName]: text };
  }
}

function readJson(parse: RequestHandler, req: Request, res: Response, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
    void parse(req, res, (error?: unknown) => {
      if (error instanceof Error) reject(error);
      else if (req.body === undefined) reject(new Problem('malformed_request', 'The body is empty; send JSON.'));
      else resolve();
    });
  });
}

function acceptedType(req: Request, accepted: string[]): string {
  const sent = req.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  const wanted = accepted.join(' or ');
  if (sent === undefined || !accepted.includes(sent)) {
    const given = sent === undefined ? 'the request has no Content-Type' : `not ${sent.slice(0, 100)}`;
    throw new Problem('unsupported_media_type', `This operation takes ${wanted}; ${given}.`);
  }
  if (sent === 'multipart/form-data' && req.headers['content-encoding'] !== undefined) {
    throw new Problem('unsupported_media_type', 'A form must not be compressed (Content-Encoding).');
  }
  return sent;
}

function refuseOversize(req: Request, { maxFileBytes, maxFormBytes }: FormLimits): void {
  if (Number(req.headers['content-length'] ?? 0) > maxFormBytes) throw fileTooLarge(maxFileBytes);
}

function refuseBeyond(req: Request, { bytes_left, exceeded }: Allowance): void {
  if (Number(req.headers['content-length'] ?? 0) > bytes_left + FORM_OVERHEAD_BYTES) throw exceeded();
}
