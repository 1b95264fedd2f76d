/**
 * Makes the document that the examples of the help texts speak of: a hand-off with three versions, the last of which is
 * the first one again. By HTTP, since it is made anew for each example.
 *
 * @param serverUrl where the server is, without a slash at the end
 * @returns the document's id
 * @throws Error when the server refuses
 */
export async function makeExampleDocument(serverUrl: string): Promise<string> {
  const form = new FormData();
  form.append('file', new Blob(['# Hand-off\n\nWhat is done, what is open.\n']), 'handoff.md');
  form.append('name', 'architecture');
  form.append('tags', 'design,docs,draft');
  const pushed = await answerOf(fetch(`${serverUrl}/documents`, { method: 'POST', body: form }));
  const documentId = String(pushed['document_id']);
  const of = `${serverUrl}/documents/${documentId}`;
  const headers = { 'content-type': 'application/json', 'if-match': '*' };
  const edits = JSON.stringify({ edits: [{ op: 'append', text: 'Approved.\n' }] });
  await answerOf(fetch(`${of}/content`, { method: 'PATCH', headers, body: edits }));
  await answerOf(fetch(`${of}/rollback`, { method: 'POST', headers, body: JSON.stringify({ version: 1 }) }));
  return documentId;
}

async function answerOf(answering: Promise<Response>): Promise<Record<string, unknown>> {
  const answer = await answering;
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}
