/** What an operation is to the edge: the contract's own types, turned into a function from input to answer. */
import type { ArrivingContent, ByteStream, StagedContent } from '../kernel/content.js';
import type { operations } from '../kernel/contract.js';
import type { Principal } from '../kernel/principal.js';
import type { Problem } from '../kernel/problem.js';

export type OperationId = keyof operations;

/** A file part of a form: received, hashed and staged. */
export interface UploadedFile {
  readonly filename: string;
  /** The part's own `Content-Type`. */
  readonly declared_type: string | undefined;
  readonly content: StagedContent;
}

/** The declared keys of a generated type, without the index signature that headers carry. */
type Declared<T> = { [K in keyof T as string extends K ? never : K]: T[K] };
type Parameters<Id extends OperationId, Place extends 'path' | 'query'> = NonNullable<
  operations[Id]['parameters'][Place]
>;

/** A file part of a form of many; one that could not be received stands for itself alone, the others are there. */
export type ReceivedFile = UploadedFile | Problem;

/** A form whose files have names of their own: its text, and the files by the names of their parts. */
type ManyFiles<Form> = { [K in keyof Form as string extends K ? never : K]: Form[K] } & {
  files: ReadonlyMap<string, ReceivedFile>;
};

/** A form with its file parts in place of the contract's binary strings. */
type FormBody<Form> = string extends keyof Form ? ManyFiles<Form> : Omit<Form, 'file'> & { file: UploadedFile };

/**
 * A form or JSON, or either of them where the contract takes both; bytes as they arrive. The only bodies that may be
 * missing are such bytes.
 */
type Body<Id extends OperationId> = operations[Id] extends { requestBody: { content: infer Content } }
  ? | (Content extends { 'multipart/form-data': infer Form } ? FormBody<Form> : never)
    | (Content extends { 'application/json': infer Json } ? Json : never)
    | (Content extends { 'application/offset+octet-stream': unknown } ? ArrivingContent : never)
  : [NonNullable<operations[Id]['requestBody']>] extends [never]
    ? undefined
    : ArrivingContent | undefined;

/** What a handler is given: validated against the contract, defaults filled in. */
export interface OperationInput<Id extends OperationId> {
  readonly path: Parameters<Id, 'path'>;
  readonly query: Parameters<Id, 'query'>;
  /** Request headers by lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Body<Id>;
  readonly principal: Principal;
}

/** Content that is sent as it is. `open` is not called where only the header is wanted. */
export interface BinaryContent {
  readonly type: string;
  readonly length: number;
  readonly open: () => Promise<ByteStream>;
}

/** An answer's body that was put into bytes already. */
export interface EncodedContent {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Content that is made while it is sent, so that nobody knows its length. `open` is not called where only the header is wanted. */
export interface StreamedContent {
  readonly type: string;
  readonly open: () => ByteStream;
  /** Called once when the answer is sent or given up, whether `open` was called or not. */
  readonly release: () => void;
}

/** Statuses that a handler answers with; the others are thrown as `Problem`. */
type AnswerStatus = 200 | 201 | 202 | 204 | 206 | 304;

type Content<Response> = Response extends { content: { 'text/x-diff': string } }
  ? { encoded: EncodedContent }
  : Response extends { content: { 'application/json': infer Json; 'text/markdown': string } }
    ? { json: Json } | { encoded: EncodedContent }
    : Response extends { content: { 'application/json': infer Json } }
      ? { json: Json }
      : Response extends { content: { 'application/yaml': string } }
        ? { yaml: string }
        : Response extends { content: { '*/*': unknown } }
          ? { binary: BinaryContent }
          : Response extends { content: { 'application/zip': unknown } }
            ? { streamed: StreamedContent }
            : unknown;

/** The edge sets `X-Request-ID` itself. */
type Headers<Response> = Response extends { headers: infer H }
  ? Omit<Declared<H>, 'X-Request-ID'> extends infer Rest
    ? object extends Rest
      ? { headers?: Rest }
      : { headers: Rest }
    : never
  : unknown;

type Responses<Id extends OperationId> = operations[Id]['responses'];

/** One of the answers that the contract lists for the operation, with all headers that it requires. */
export type OperationAnswer<Id extends OperationId> = {
  [Status in keyof Responses<Id> & AnswerStatus]: { status: Status } & Headers<Responses<Id>[Status]> &
    Content<Responses<Id>[Status]>;
}[keyof Responses<Id> & AnswerStatus];

/** An operation: unpack the input, call one use case, pack the answer. Never sees the request or the response. */
export type OperationHandler<Id extends OperationId> = (input: OperationInput<Id>) => Promise<OperationAnswer<Id>>;

/** One handler for each operation of the contract, no more and no fewer. */
export type OperationTable = { readonly [Id in OperationId]: OperationHandler<Id> };

/** Any answer, as the sender sees it. */
export interface AnyAnswer {
  status: number;
  headers?: Record<string, string | number | undefined>;
  json?: unknown;
  yaml?: string;
  encoded?: EncodedContent;
  binary?: BinaryContent;
  streamed?: StreamedContent;
}
