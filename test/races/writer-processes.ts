/** Processes that write, so that writers share nothing but the servers. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Delivery, Order } from './writer-process.js';
import type { Report, Task } from './writer.js';

const PROGRAM = path.join(import.meta.dirname, 'writer-process.js');

export class WriterProcesses {
  readonly #processes: readonly ChildProcess[];
  readonly #waiting = new Map<number, { resolve: (report: Report) => void; reject: (error: Error) => void }>();
  #orders = 0;

  /** Starts so many processes. */
  constructor(count: number) {
    this.#processes = Array.from({ length: count }, () => this.#start());
  }

  /** Has tasks done at the same time, neighbours in different processes. Rejects with the first failure. */
  async write(tasks: readonly Task[]): Promise<Report[]> {
    const shift = this.#orders;
    return await Promise.all(
      tasks.map((task, index) => {
        const writer = this.#processes[(shift + index) % this.#processes.length];
        const number = (this.#orders += 1);
        return new Promise<Report>((resolve, reject) => {
          this.#waiting.set(number, { resolve, reject });
          writer?.send({ number, task } satisfies Order);
        });
      }),
    );
  }

  /** Ends the processes. */
  async close(): Promise<void> {
    await Promise.all(
      this.#processes.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.disconnect();
        await once(child, 'exit');
      }),
    );
  }

  #start(): ChildProcess {
    const child = fork(PROGRAM, { execArgv: ['--enable-source-maps'], env: { PATH: process.env['PATH'] } });
    child.on('message', (message) => {
      const delivery = message as Delivery;
      const waiting = this.#waiting.get(delivery.number);
      this.#waiting.delete(delivery.number);
      if ('report' in delivery) waiting?.resolve(delivery.report);
      else waiting?.reject(new Error(delivery.failure));
    });
    child.on('exit', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`a writer's process ended (${code})`));
    });
    return child;
  }
}
