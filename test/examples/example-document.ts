/**
 * Makes the document that the examples of the help texts speak of, and the only one on the server: a hand-off with three
 * versions, the last of which is the first one again. By HTTP, since it is made anew for each example.
 *
 * @param serverUrl where the server is, without a slash at the end
 * @returns the document's id
 * @throws Error when the server refuses
 */
export async function makeExampleDocument(serverUrl: string): Promise<string> {
  await removeAll(serverUrl);
  const form = new FormData();
  form.append(
    'file',
    new Blob(['# Hand-off\n\nWhat is done, what is open.\nRetry policy: five attempts.\n']),
    'handoff.md',
  );
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

async function removeAll(serverUrl: string): Promise<void> {
  const documents = (await (await fetch(`${serverUrl}/documents?limit=1000`)).json()) as { document_id: string }[];
  if (documents.length === 0) return;
  const operations = documents.map(({ document_id }) => ({ op: 'delete', document_id }));
  const headers = { 'content-type': 'application/json' };
  await answerOf(fetch(`${serverUrl}/batch`, { method: 'POST', headers, body: JSON.stringify({ operations }) }));
}

async function answerOf(answering: Promise<Response>): Promise<Record<string, unknown>> {
  const answer = await answering;
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}
