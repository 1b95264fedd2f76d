import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { doc, type Finished, push, startDoc, useFolder } from './doc.js';
import { useServer } from './server-process.js';

const PLAN = '# Plan\n\nThe queue lives in memory.\n\n## Tasks\n\n- [ ] store\n- [ ] send\n\n## Notes\n\nNone.\n';

describe('doc edit of a text', () => {
  const server = useServer();
  const folder = useFolder();
  let id = '';

  beforeEach(async () => {
    id = (await push(server.url, PLAN, '--name', 'plan.md')).document_id;
  });

  const edit = (args: string[], input?: string): Promise<Finished> =>
    doc(['edit', id, ...args], { url: server.url, cwd: folder.path, ...(input !== undefined && { input }) });
  const text = async (): Promise<string> => (await doc(['pull', id, '--output', '-'], { url: server.url })).stdout;
  const replace = ['--replace', 'lives in memory', '--with', 'is durable', '--base', '1'];

  it('replaces a text, and says so', async () => {
    const { code, stdout, stderr } = await edit([...replace, '--message', 'Decided']);
    const url = `${server.url}/documents/${id}`;
    assert.equal(stdout, `Version 2 created.\nDocument ID: ${id}\nName: plan.md\nVersion: 2\nURL: ${url}\n`);
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(await text(), PLAN.replace('lives in memory', 'is durable'));
    const [newest] = JSON.parse((await doc(['versions', id, '--format', 'json'], { url: server.url })).stdout);
    assert.equal(newest.message, 'Decided');
  });

  it('takes texts that begin with a dash or hold quotes as they are', async () => {
    const done = await edit(['--replace', '- [ ] store', '--with', '- [x] "store"', '--base', '1']);
    assert.equal(done.code, 0, done.stderr);
    assert.ok((await text()).includes('\n- [x] "store"\n- [ ] send\n'));
    const quoted = await edit(['--replace', '"store"', '--with', "'store'", '--base', '2']);
    assert.equal(quoted.code, 0, quoted.stderr);
    assert.ok((await text()).includes("\n- [x] 'store'\n"));
    const all = await edit(['--replace', '- [', '--with=--[', '--all', '--base', '3']);
    assert.equal(all.code, 0, all.stderr);
    assert.ok((await text()).includes("\n--[x] 'store'\n--[ ] send\n"));
  });

  it('adds lines at both ends, and a line end that a shell leaves out', async () => {
    assert.equal((await edit(['--append', '- the end', '--base', '1'])).code, 0);
    assert.equal((await edit(['--prepend', '---', '--base', '2'])).code, 0);
    assert.equal(await text(), `---\n${PLAN}- the end\n`);
  });

  it('writes a section anew, from stdin or not', async () => {
    assert.equal((await edit(['--section', 'Tasks', '--text', '-', '--base', '1'], '\nAll done.\n\n')).code, 0);
    assert.ok((await text()).includes('\n## Tasks\n\nAll done.\n\n## Notes\n'));
    assert.equal((await edit(['--section', '#notes', '--text', 'Some.', '--base', '2'])).code, 0);
    assert.ok((await text()).endsWith('\n## Notes\nSome.\n'));
  });

  it('applies a list of edits, all or none', async () => {
    const edits = [
      { op: 'replace', old: '- [ ]', new: '- [x]', all: true },
      { op: 'append', text: 'End.\n' },
    ];
    writeFileSync(folder.file('edits.json'), JSON.stringify(edits));
    assert.equal((await edit(['--edits', 'edits.json', '--base', '1'])).code, 0);
    const after = `${PLAN.replaceAll('- [ ]', '- [x]')}End.\n`;
    assert.equal(await text(), after);
    const refused = await edit(['--edits', '-', '--base', '2'], JSON.stringify([...edits].reverse()));
    assert.equal(refused.code, 2);
    assert.equal(await text(), after);
    const wrong = await edit(['--edits', '-', '--base', '2'], '[{"op":"delete"}]');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /^Error: .*body\.edits/);
  });

  it('gives programs what the server sent, and ids alone', async () => {
    const change = JSON.parse((await edit([...replace, '--format', 'json'])).stdout);
    assert.deepEqual([change.document_id, change.version, change.outcome], [id, 2, 'created']);
    assert.equal((await edit(['--append', 'x', '--base', 'any', '--quiet'])).stdout, `${id}\n`);
  });

  it('shows what was found instead', async () => {
    const twice = await edit(['--replace', '- [ ]', '--with', '- [x]', '--base', '1']);
    assert.equal(twice.code, 2);
    assert.match(twice.stderr, /^Error: The text to replace occurs 2 times, in line 7, 8; .*add --all\.\n$/);
    const nowhere = await edit(['--replace', 'the Queue lives', '--with', 'x', '--base', '1']);
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.stderr, /^Error: .* white space or case in line 3:\n {2}\| The queue lives\n$/);
    const section = await edit(['--section', 'Task', '--text', 'x', '--base', '1']);
    assert.equal(section.code, 2);
    assert.match(section.stderr, /^Error: No heading reads "Task"[^]*\bTasks\b/);
    const json = await edit(['--replace', '- [ ]', '--with', '- [x]', '--base', '1', '--format', 'json']);
    const failure = JSON.parse(json.stderr);
    assert.equal(failure.code, 'edit_failed');
    assert.deepEqual([failure.found.occurrences, failure.found.lines], [2, [7, 8]]);
    assert.equal(await text(), PLAN);
  });

  it('changes only what was read, or merges', async () => {
    await edit(['--replace', 'None.', '--with', 'One.', '--base', '1']);
    const refused = await edit(replace);
    assert.equal(refused.code, 5);
    assert.match(refused.stderr, /^Error: The document is at version 2 now, not at version 1 any more\./);
    const merged = await edit([...replace, '--merge']);
    assert.match(merged.stdout, /^Merged with version 2 into version 3\.\n/);
    assert.equal(await text(), PLAN.replace('None.', 'One.').replace('lives in memory', 'is durable'));
    const conflict = await edit(['--replace', 'None.', '--with', 'Two.', '--base', '1', '--merge']);
    assert.equal(conflict.code, 5);
    assert.match(conflict.stderr, /\n<<<<<<< current \(version 3\), line 12\nOne\.\n/);
    assert.ok(conflict.stderr.includes(`\nRead version 3: \`doc cat ${id} --version 3\`.\n`), conflict.stderr);
  });

  it('wants the version that it replaces, and one thing to do', async () => {
    const withoutBase = await edit(['--append', 'x']);
    assert.equal(withoutBase.code, 2);
    assert.match(withoutBase.stderr, /^Error: The change does not say which version it replaces\.\n/);
    assert.equal((await edit(['--append', 'x', '--prepend', 'y', '--base', '1'])).code, 2);
    assert.equal((await edit(['--with', 'x', '--base', '1'])).code, 2);
    assert.equal((await edit(['--edits', 'missing.json', '--base', '1'])).code, 2);
    assert.equal((await edit(['--append', 'x', '--base', '2'])).code, 4);
    assert.equal(await text(), PLAN);
  });

  it('edits no binary content', async () => {
    const { document_id: binary } = await push(server.url, 'a\0b');
    const { code, stderr } = await doc(['edit', binary, '--append', 'x', '--base', '1'], { url: server.url });
    assert.equal(code, 2);
    assert.match(stderr, /^Error: .*binary.*\n`doc pull`/);
  });
});

describe('doc append', () => {
  const server = useServer();
  const append = (args: string[], input?: string | Uint8Array): Promise<Finished> =>
    doc(['append', ...args], { url: server.url, ...(input !== undefined && { input }) });
  const text = async (id: string): Promise<string> =>
    (await doc(['pull', id, '--output', '-'], { url: server.url })).stdout;
  const pushed = async (): Promise<string> => (await push(server.url, 'begin\n')).document_id;

  it('adds a line, and says so', async () => {
    const id = await pushed();
    const { code, stdout, stderr } = await append([id, '- item', '--message', '- why']);
    assert.match(stdout, /^Version 2 created\.\nDocument ID: .*\nName: a\.txt\nVersion: 2\nURL: /);
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(await text(id), 'begin\n- item\n');
    const [newest] = JSON.parse((await doc(['versions', id, '--format', 'json'], { url: server.url })).stdout);
    assert.equal(newest.message, '- why');
  });

  it('adds what stdin holds, as it is', async () => {
    const id = await pushed();
    assert.equal((await append([id], 'one\ntwo')).code, 0);
    assert.equal((await append([id, '-'], 'three')).code, 0);
    assert.equal(await text(id), 'begin\none\ntwo\nthree');
  });

  it('takes any text, whatever it looks like', async () => {
    const id = await pushed();
    for (const args of [['---'], ['--', '--quiet'], ['0123'], ['"quoted"'], ['a\nb']]) {
      const { code, stderr } = await append([id, ...args]);
      assert.equal(code, 0, stderr);
    }
    assert.equal(await text(id), 'begin\n---\n--quiet\n0123\n"quoted"\na\nb\n');
    const first = await doc(['--format', 'json', 'append', id, '- last'], { url: server.url });
    assert.equal(JSON.parse(first.stdout).version, 7);
  });

  it('loses nothing of what others add at the same time', async () => {
    const id = await pushed();
    const items = Array.from({ length: 6 }, (_, at) => `- item ${at}`);
    const ends = await Promise.all(items.map((item) => append([id, item, '--quiet'])));
    assert.deepEqual(
      ends.map(({ code, stdout, stderr }) => [code, stdout, stderr]),
      items.map(() => [0, `${id}\n`, '']),
    );
    assert.deepEqual((await text(id)).trimEnd().split('\n').sort(), [...items, 'begin'].sort());
    assert.equal((await doc(['versions', id, '--quiet', '--limit', '1'], { url: server.url })).stdout, '7\n');
  });

  it('wants something to add', async () => {
    const id = await pushed();
    for (const args of [[id], [id, ''], [id, '-']]) {
      const { code, stderr } = await append(args, '');
      assert.equal(code, 2);
      assert.match(stderr, /^Error: There is nothing to append\.\n.*stdin/);
    }
    const binary = await append([id], Uint8Array.of(0x61, 0xff));
    assert.equal(binary.code, 2);
    assert.match(binary.stderr, /UTF-8/);
    assert.equal((await append(['doc_000000000000', 'x'])).code, 4);
    assert.equal(await text(id), 'begin\n');
  });

  it('can be stopped while it waits for stdin', async () => {
    const { child, finished } = startDoc(['append', await pushed()], { url: server.url });
    // More than a pipe holds: when all is written, the program is up and reads.
    await new Promise((resolve) => child.stdin.write('x'.repeat(1_500_000), resolve));
    child.kill('SIGINT');
    const { code, stderr } = await finished;
    assert.deepEqual([code, stderr], [130, 'Error: Interrupted.\n']);
  });
});
