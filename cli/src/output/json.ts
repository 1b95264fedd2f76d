// JSON.stringify leaves these as they are, and a terminal may obey them: DEL, the C1 controls and direction overrides.
const TERMINAL_CONTROLS = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/**
 * A value as JSON text whose strings cannot steer a terminal; parsed, it is the same value.
 * @param indent Spaces for each level; 0 puts everything on one line.
 */
export function toJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(
    TERMINAL_CONTROLS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
