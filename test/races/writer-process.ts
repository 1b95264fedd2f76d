/** The program of a process that writes for others: tasks come in as messages, reports go out. */
import { write, type Report, type Task } from './writer.js';

/** A task with the number under which its answer is waited for. */
export interface Order {
  readonly number: number;
  readonly task: Task;
}

export type Delivery = { readonly number: number } & ({ readonly report: Report } | { readonly failure: string });

// Nobody waits any more: what is under way is nobody's.
process.on('disconnect', () => process.exit());

process.on('message', ({ number, task }: Order) => {
  const deliver = (delivery: Delivery): void => void process.send?.(delivery);
  write(task).then(
    (report) => {
      deliver({ number, report });
    },
    (error: unknown) => {
      deliver({ number, failure: error instanceof Error ? error.message : String(error) });
    },
  );
});
