import type { Scene } from './testing/plan-model.js';
import { base, describePlans, IN_STEP, KEEPS_DELETED } from './testing/plan-table.js';

const TWO: Scene['base'] = [
  ['A', 'a', '1'],
  ['B', 'b', '2'],
];
describePlans({
  'one side has changed': [
    ['nothing has', IN_STEP, []],
    ['new here', { local: { a: '1' } }, ['push_new a']],
    ['new there', { remote: [['A', 'a', '1']] }, ['pull a']],
    ['changed here', { ...IN_STEP, local: { a: '2' } }, ['push_version a']],
    ['changed there', { ...IN_STEP, remote: [['A', 'a', '2']] }, ['pull a']],
    ['moved here', { ...IN_STEP, local: { b: '1' } }, ['rename_remote a → b', 'adopt b']],
    ['moved there', { ...IN_STEP, remote: [['A', 'b', '1']] }, ['move_local a → b', 'adopt b']],
    ['deleted here', { ...IN_STEP, local: {} }, ['delete_remote a']],
    ['deleted there', { ...IN_STEP, remote: [] }, ['delete_local a']],
    [
      'a version with the same content there',
      { base: [['A', 'a', '1']], local: { a: '1' }, remote: [['A', 'a', '1']] },
      [],
    ],
  ],
  'both sides have changed': [
    ['the content, differently', { base, local: { a: '2' }, remote: [['A', 'a', '3']] }, ['merge a']],
    ['the content, in the same way', { base, local: { a: '2' }, remote: [['A', 'a', '2']] }, ['adopt a']],
    ['deleted on both', { base, local: {}, remote: [] }, ['forget a']],
    ['changed here, deleted there', { base, local: { a: '2' }, remote: [] }, ['forget a', 'push_new a']],
    ['changed there, deleted here', { base, local: {}, remote: [['A', 'a', '2']] }, ['pull a']],
    ['moved here, deleted there', { base, local: { b: '1' }, remote: [] }, ['forget a', 'push_new b']],
    ['moved there, deleted here', { base, local: {}, remote: [['A', 'b', '1']] }, ['pull b']],
    ['moved to the same path', { base, local: { b: '1' }, remote: [['A', 'b', '1']] }, ['adopt b']],
    [
      'moved differently: the server wins',
      { base, local: { b: '1' }, remote: [['A', 'c', '1']] },
      ['move_local b → c', 'adopt c'],
    ],
    [
      'moved here, changed there',
      { base, local: { b: '1' }, remote: [['A', 'a', '2']] },
      ['rename_remote a → b', 'pull b'],
    ],
    [
      'moved there, changed here',
      { base, local: { a: '2' }, remote: [['A', 'b', '1']] },
      ['move_local a → b', 'push_version b'],
    ],
    [
      'moved there and changed on both',
      { base, local: { a: '2' }, remote: [['A', 'b', '3']] },
      ['move_local a → b', 'merge b'],
    ],
    ['moved and changed there', { base, local: { a: '1' }, remote: [['A', 'b', '2']] }, ['move_local a → b', 'pull b']],
  ],
  'the lock knows nothing': [
    ['both sides have the same', { local: { a: '1' }, remote: [['A', 'a', '1']] }, ['adopt a']],
    ['both sides differ', { local: { a: '1' }, remote: [['A', 'a', '2']] }, ['merge a']],
    [
      'many of each',
      {
        local: { a: '1', b: '2', c: '3' },
        remote: [
          ['A', 'a', '1'],
          ['B', 'b', '9'],
          ['D', 'd', '4'],
        ],
      },
      ['adopt a', 'merge b', 'push_new c', 'pull d'],
    ],
    [
      'the document was deleted and pushed again',
      { base, local: { a: '1' }, remote: [['N', 'a', '1']] },
      ['forget a', 'adopt a'],
    ],
    [
      'the document was deleted and pushed again, changed',
      { base, local: { a: '1' }, remote: [['N', 'a', '2']] },
      ['forget a', 'pull a'],
    ],
  ],
  'paths meet': [
    [
      'two files have swapped here',
      { base: TWO, local: { a: '2', b: '1' }, remote: TWO },
      ['rename_remote a → b', 'adopt b', 'rename_remote b → a', 'adopt a'],
    ],
    [
      'two documents have swapped there',
      {
        base: TWO,
        local: { a: '1', b: '2' },
        remote: [
          ['A', 'b', '1'],
          ['B', 'a', '2'],
        ],
      },
      ['move_local a → b', 'adopt b', 'move_local b → a', 'adopt a'],
    ],
    [
      'a chain of moves here',
      { base: TWO, local: { b: '1', c: '2' }, remote: TWO },
      ['rename_remote a → b', 'adopt b', 'rename_remote b → c', 'adopt c'],
    ],
    [
      'moved here to where another is new there',
      {
        base,
        local: { b: '1' },
        remote: [
          ['A', 'a', '1'],
          ['N', 'b', '9'],
        ],
      },
      [
        'rename_remote a → b (conflict from here)',
        'move_local b → b (conflict from here)',
        'adopt b (conflict from here)',
        'pull b',
      ],
    ],
    [
      'moved there to where another is new here',
      { base, local: { a: '1', b: '9' }, remote: [['A', 'b', '1']] },
      ['move_local a → b', 'adopt b', 'move_local b → b (conflict from here)', 'push_new b (conflict from here)'],
    ],
    [
      'two were moved to one path, one on each side',
      {
        base: TWO,
        local: { c: '1', b: '2' },
        remote: [
          ['A', 'a', '1'],
          ['B', 'c', '2'],
        ],
      },
      [
        'rename_remote a → c (conflict from here)',
        'move_local c → c (conflict from here)',
        'adopt c (conflict from here)',
        'move_local b → c',
        'adopt c',
      ],
    ],
    [
      'moved there over a file that was deleted there and is kept here',
      { base: TWO, local: { a: '1', b: '2' }, remote: [['B', 'a', '2']] },
      [],
      ['a deletion', 'a obstacle'],
      KEEPS_DELETED,
    ],
    [
      'two folders have pushed the same name, and ours is younger',
      {
        base: [['B', 'a', '2']],
        local: { a: '2' },
        remote: [
          ['A', 'a', '1'],
          ['B', 'a', '2'],
        ],
      },
      ['rename_remote a → a (duplicate B)', 'move_local a → a (duplicate B)', 'adopt a (duplicate B)', 'pull a'],
    ],
    [
      'two folders have pushed the same name, and ours is older',
      {
        base: [['A', 'a', '1']],
        local: { a: '1' },
        remote: [
          ['A', 'a', '1'],
          ['B', 'a', '2'],
        ],
      },
      [],
      ['a name'],
    ],
    [
      'two folders have pushed the same file',
      {
        base: [['B', 'a', '1']],
        local: { a: '1' },
        remote: [
          ['A', 'a', '1'],
          ['B', 'a', '1'],
        ],
      },
      ['delete_remote a', 'adopt a'],
    ],
  ],
});
