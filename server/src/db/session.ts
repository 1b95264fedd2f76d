import type { Knex } from 'knex';

/** A value that is given when the statement is run. */
export class Parameter {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Stands for the parameter of that name while a statement is made; knex carries it along like any other value. */
type ParameterOf<Values> = (name: keyof Values & string) => Knex.Value;

/**
 * A statement whose shape never changes. knex makes its SQL once, in the dialect of the database; from then on it is run
 * without knex, which on SQLite is several times faster. What depends on the request's shape is built with
 * {@link Session.knex} instead.
 */
export interface Statement<Values, Row> {
  /** Makes the statement with knex; called once for each connection. */
  readonly build: (knex: Knex, parameter: ParameterOf<Values>) => Knex.QueryBuilder;
  /** Only a type: what the statement answers with. */
  readonly row?: Row;
}

/** A connection, to read or within a transaction. */
export interface Session {
  readonly knex: Knex;
  /** Runs a statement; resolves to its rows, or to none where it gives none. */
  run<Values, Row>(statement: Statement<Values, Row>, values: Values): Promise<Row[]>;
}

/** Declares a statement: `statement<Values, Row>((knex, $) => knex('t').where({ id: $('id') }))`. */
export function statement<Values, Row = never>(build: Statement<Values, Row>['build']): Statement<Values, Row> {
  return { build };
}

/** The SQL of a statement, and how its bindings follow from the values. */
export interface CompiledStatement {
  readonly sql: string;
  bindings(values: Record<string, unknown>): unknown[];
}

/** Has knex make a statement's SQL. */
export function compileStatement<Values, Row>(knex: Knex, { build }: Statement<Values, Row>): CompiledStatement {
  const query = build(knex, (name) => new Parameter(name) as unknown as Knex.Value);
  const { sql, bindings } = query.toSQL().toNative();
  return {
    sql,
    bindings: (values) => bindings.map((bound: unknown) => (bound instanceof Parameter ? values[bound.name] : bound)),
  };
}
