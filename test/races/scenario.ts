/** What a trial is made of: a document, its writers, and what each of them does to it. */
import fc from 'fast-check';

/**
 * How a text is changed; every change brings tokens that stand nowhere else.
 * `insert` a line somewhere, `append`, `prepend`, `swap` a line for another, `section` the writer's own section gets one
 * line more, `pair` one line at the top and one at the end.
 */
export type Change = 'insert' | 'append' | 'prepend' | 'swap' | 'section' | 'pair';

/** What a writer does next. `place` picks a line, an anchor or a version, whatever there is at that time. */
export type Step =
  | { readonly by: 'file'; readonly change: Change; readonly condition: 'exact' | 'merge'; readonly place: number }
  | {
      readonly by: 'edits';
      readonly change: Change;
      /** `any` says `If-Match: *`. */
      readonly condition: 'exact' | 'merge' | 'any';
      readonly place: number;
    }
  | { readonly by: 'rollback'; readonly place: number }
  /** Into the trash and out of it again. */
  | { readonly by: 'trash' }
  | { readonly by: 'purge' };

/** What the document looks like before anybody touches it. */
export interface Shape {
  readonly crlf: boolean;
  readonly final_newline: boolean;
  /** Lines that may be swapped, up to 5. */
  readonly fillers: number;
}

export interface Scenario {
  readonly shape: Shape;
  /** What each writer does, one step after the other, while the others do theirs. */
  readonly writers: readonly (readonly Step[])[];
  /** For what is random within the trial. */
  readonly seed: number;
}

/** Whether somebody takes back what others wrote, so that not all of it can be in the end. */
export function rollsBack({ writers }: Scenario): boolean {
  return writers.flat().some(({ by }) => by === 'rollback');
}

/** Whether the document is gone in the end. */
export function purges({ writers }: Scenario): boolean {
  return writers.flat().some(({ by }) => by === 'purge');
}

const change = fc.constantFrom<Change>('insert', 'insert', 'append', 'prepend', 'swap', 'section', 'pair');
const place = fc.nat(1000);
/** Failures are read by people. */
const plain = { noNullPrototype: true };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record(
    {
      by: fc.constant('file' as const),
      change,
      condition: fc.constantFrom('merge' as const, 'merge' as const, 'exact' as const),
      place,
    },
    plain,
  ),
  fc.record(
    {
      by: fc.constant('edits' as const),
      change,
      condition: fc.constantFrom('any' as const, 'merge' as const, 'exact' as const),
      place,
    },
    plain,
  ),
);

/** One writer now and then does more than write: it comes in front of its `n`-th step. */
const disturbance: fc.Arbitrary<readonly Step[]> = fc.oneof(
  { weight: 60, arbitrary: fc.constant([]) },
  {
    weight: 20,
    arbitrary: fc.array(fc.record({ by: fc.constant('rollback' as const), place }, plain), {
      minLength: 1,
      maxLength: 2,
    }),
  },
  { weight: 14, arbitrary: fc.constant([{ by: 'trash' as const }]) },
  { weight: 6, arbitrary: fc.constantFrom([{ by: 'purge' as const }], [{ by: 'trash' }, { by: 'purge' }] as const) },
);

/** 2 to 4 writers with 1 to 4 steps each. */
export const scenarios: fc.Arbitrary<Scenario> = fc
  .record(
    {
      shape: fc.record(
        { crlf: fc.boolean(), final_newline: fc.boolean(), fillers: fc.integer({ min: 0, max: 5 }) },
        plain,
      ),
      writers: fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 4 }),
      disturbance,
      at: fc.nat(4),
      seed: fc.nat(),
    },
    plain,
  )
  .map(({ shape, writers, disturbance: steps, at, seed }) => {
    const [first = [], ...others] = writers;
    return { shape, writers: [first.toSpliced(at, 0, ...steps), ...others], seed };
  });
