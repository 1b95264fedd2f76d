import type { IdleWatch } from './idle-watch.js';

/** Answers with these statuses have no body, and `Response` refuses one (Fetch standard, "null body status"). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

/**
 * Puts a watched body in the place of an answer's own: waiting for the server's next chunk can time out, the reader's
 * own pace cannot, and what breaks is reported as the SDK's errors. Ends the watch with the body.
 */
export function watchedResponse(response: Response, watch: IdleWatch): Response {
  if (response.body === null || WITHOUT_BODY.has(response.status)) {
    watch.end();
    return response;
  }
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          watch.waiting();
          const { done, value } = await reader.read();
          watch.busy();
          if (!done) return controller.enqueue(value);
          watch.end();
          controller.close();
        } catch (error) {
          watch.end();
          controller.error(watch.explain(error));
        }
      },
      async cancel(reason) {
        watch.end();
        await reader.cancel(reason);
      },
    },
    // Nothing is read ahead: a chunk is asked for when the reader asks.
    { highWaterMark: 0 },
  );
  return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers });
}

/** The same answer with its body read to the end, so that a connection that breaks on the way is found out now. */
export async function bufferedResponse(response: Response): Promise<Response> {
  if (response.body === null) return response;
  const bytes = await response.arrayBuffer();
  return new Response(bytes, { status: response.status, statusText: response.statusText, headers: response.headers });
}
