/** The processes of extractors, as Linux tells of them, for tests. */
import { readdirSync, readFileSync } from 'node:fs';

/** The ids of the extracting processes of a process that run. */
export function extractionProcesses(parent: number = process.pid): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const status = fileOf(pid, 'stat')
        .replace(/^.*\) /s, '')
        .split(' ');
      return status[1] === String(parent) && isExtracting(pid);
    });
}

/** Whether a process runs and is an extracting one; one that ended and that nobody has asked after does not run. */
export function isExtracting(pid: number): boolean {
  return fileOf(pid, 'cmdline').includes('extraction-process.js');
}

/** What stands in a process's environment. */
export function environmentOf(pid: number): string[] {
  return fileOf(pid, 'environ').split('\0').filter(Boolean);
}

function fileOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}
