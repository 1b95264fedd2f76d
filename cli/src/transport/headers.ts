/** What can be made into headers: pairs, a record, or headers. */
export type HeadersSource = Iterable<readonly [string, string]> | Record<string, string>;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// Exactly the characters that would end or split a header line.
const FORBIDDEN_IN_VALUE = /[\0\r\n]/;

/**
 * Stands in for the global `Headers`, whose first use loads all of Node's fetch (about 25 ms). Same behaviour for what
 * an HTTP client does with headers: names in any case, several values of a name joined by `, `, iteration in the order
 * of the names, TypeError for what cannot be sent.
 */
export class LightHeaders implements Iterable<[string, string]> {
  readonly #values = new Map<string, string>();

  constructor(source: HeadersSource = []) {
    const pairs = Symbol.iterator in source ? (source as Iterable<readonly [string, string]>) : Object.entries(source);
    for (const [name, value] of pairs) {
      this.append(name, value);
    }
  }

  append(name: string, value: string): void {
    const present = this.get(name);
    this.set(name, present === null ? value : `${present}, ${normalizedValue(name, value)}`);
  }

  set(name: string, value: string): void {
    this.#values.set(normalizedName(name), normalizedValue(name, value));
  }

  get(name: string): string | null {
    return this.#values.get(normalizedName(name)) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(normalizedName(name));
  }

  delete(name: string): void {
    this.#values.delete(normalizedName(name));
  }

  forEach(visit: (value: string, name: string, headers: LightHeaders) => void): void {
    for (const [name, value] of this) {
      visit(value, name, this);
    }
  }

  *entries(): IterableIterator<[string, string]> {
    yield* [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this) {
      yield name;
    }
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this) {
      yield value;
    }
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }
}

function normalizedName(name: string): string {
  if (!TOKEN.test(name)) {
    throw new TypeError(`"${name}" is not a valid header name`);
  }
  return name.toLowerCase();
}

function normalizedValue(name: string, value: string): string {
  const trimmed = String(value).replace(/^[\t\r\n ]+|[\t\r\n ]+$/g, '');
  if (FORBIDDEN_IN_VALUE.test(trimmed)) {
    throw new TypeError(`The value of the header "${name}" holds a line break or a null character`);
  }
  return trimmed;
}
