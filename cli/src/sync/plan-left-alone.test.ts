import { base, describePlans, IN_STEP, KEEPS_DELETED } from './testing/plan-table.js';

describePlans({
  'names cannot be used': [
    ['it leads out of the folder', { remote: [['A', '../a', '1']] }, [], ['../a name']],
    ['it is absolute', { remote: [['A', '/etc/passwd', '1']] }, [], ['/etc/passwd name']],
    ['it is of Windows', { remote: [['A', 'C:\\a', '1']] }, [], ['C:\\a name']],
    ["it is git's", { remote: [['A', '.git/config', '1']] }, [], ['.git/config name']],
    ['it is the lock', { remote: [['A', 'docs.lock', '1']] }, [], ['docs.lock name']],
    ['it says what is synced', { remote: [['A', 'x/.docignore', '1']] }, [], ['x/.docignore name']],
    [
      'two documents that nobody knows have it',
      {
        remote: [
          ['A', 'a', '1'],
          ['B', 'a', '2'],
        ],
      },
      [],
      ['a name', 'a name'],
    ],
    [
      'they differ in case',
      {
        remote: [
          ['A', 'Ä', '1'],
          ['B', 'ä', '2'],
        ],
      },
      [],
      ['Ä name', 'ä name'],
    ],
    [
      'they differ in normalisation',
      {
        remote: [
          ['A', '\u00e4', '1'],
          ['B', 'a\u0308', '2'],
        ],
      },
      [],
      ['\u00e4 name', 'a\u0308 name'],
    ],
    [
      'a known one and a new one differ in case',
      {
        ...IN_STEP,
        remote: [
          ['A', 'a', '1'],
          ['B', 'A', '2'],
        ],
      },
      [],
      ['A name'],
    ],
    [
      'one here and one there differ in case',
      { local: { a: '1' }, remote: [['A', 'A', '2']] },
      [],
      ['a name', 'A obstacle'],
    ],
    ['two files differ in case', { local: { a: '1', A: '2' } }, [], ['a name', 'A name']],
    [
      'one is the folder of the other',
      {
        remote: [
          ['A', 'a', '1'],
          ['B', 'a/b', '2'],
        ],
      },
      [],
      ['a name', 'a/b name'],
    ],
    [
      'a file is in a folder that is a document',
      { local: { 'a/b': '1' }, remote: [['A', 'a', '2']], obstacles: { a: 'a folder' } },
      [],
      ['a/b name', 'a obstacle'],
    ],
    [
      'a known one has got such a name',
      { ...IN_STEP, local: { a: '2' }, remote: [['A', '../a', '1']] },
      [],
      ['a name'],
    ],
    ['something is in the way', { remote: [['A', 'a', '1']], obstacles: { a: 'a link' } }, [], ['a obstacle']],
    [
      'something that is no file is called like nothing there',
      { ...IN_STEP, obstacles: { link: 'a link', 'b/pipe': 'a pipe' } },
      [],
      ['link obstacle', 'b/pipe obstacle'],
    ],
    ['a known file is ignored now', { ...IN_STEP, local: {}, obstacles: { a: 'ignored' } }, [], ['a obstacle']],
    [
      'a known file is ignored now, and changed there',
      { base, local: {}, remote: [['A', 'a', '2']], obstacles: { a: 'ignored' } },
      [],
      ['a obstacle'],
    ],
  ],
  'deletions are not carried over': [
    ['deleted here', { ...IN_STEP, local: {} }, [], ['a deletion'], KEEPS_DELETED],
    ['deleted there', { ...IN_STEP, remote: [] }, [], ['a deletion'], KEEPS_DELETED],
    ['deleted here, changed there', { base, local: {}, remote: [['A', 'a', '2']] }, ['pull a'], [], KEEPS_DELETED],
    [
      'deleted there, changed here',
      { base, local: { a: '2' }, remote: [] },
      ['forget a', 'push_new a'],
      [],
      KEEPS_DELETED,
    ],
    ['deleted on both', { base, local: {}, remote: [] }, ['forget a'], [], KEEPS_DELETED],
  ],
  'one side is not to be changed': [
    ['new here, pulling', { local: { a: '1' } }, [], ['a direction'], { direction: 'pull' }],
    ['new there, pushing', { remote: [['A', 'a', '1']] }, [], ['a direction'], { direction: 'push' }],
    ['new there, pulling', { remote: [['A', 'a', '1']] }, ['pull a'], [], { direction: 'pull' }],
    ['new here, pushing', { local: { a: '1' } }, ['push_new a'], [], { direction: 'push' }],
    [
      'both changed, pulling',
      { base, local: { a: '2' }, remote: [['A', 'a', '3']] },
      [],
      ['a direction'],
      { direction: 'pull' },
    ],
    [
      'both changed, pushing',
      { base, local: { a: '2' }, remote: [['A', 'a', '3']] },
      [],
      ['a direction'],
      { direction: 'push' },
    ],
    [
      'moved here, changed there, pulling',
      { base, local: { b: '1' }, remote: [['A', 'a', '2']] },
      [],
      ['b direction'],
      { direction: 'pull' },
    ],
    ['deleted here, pulling', { ...IN_STEP, local: {} }, [], ['a direction'], { direction: 'pull' }],
    ['deleted here, pushing', { ...IN_STEP, local: {} }, ['delete_remote a'], [], { direction: 'push' }],
  ],
});
