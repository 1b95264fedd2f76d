/** What is left of `Values` when everything undefined is taken out. */
export type Given<Values> = { [Name in keyof Values]?: Exclude<Values[Name], undefined> };

/** The values that are given: a copy without those that are undefined, for types that know no `undefined`. */
export function given<Values extends object>(values: Values): Given<Values> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<Values>;
}
