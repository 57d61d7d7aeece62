/**
 * JSON text into a tree that keeps numbers as they were written.
 * Duplicate member names and their order beside number-like ones are lost to `JSON.parse`: the page can show the text.
 */

export interface ExactNumber {
  readonly source: string;
}

export type Json = null | boolean | string | ExactNumber | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, unknown>;

/** The tree of a JSON text; undefined where it is none. */
export function parseExactly(text: string): Json | undefined {
  try {
    return JSON.parse(text, revive) as Json;
  } catch {
    return undefined;
  }
}

/** The members of an object or array by name or index; none for everything else. */
export function children(value: Json): readonly (readonly [string | number, Json])[] | undefined {
  if (value instanceof Map) {
    return [...(value as ReadonlyMap<string, Json>)];
  }
  return Array.isArray(value)
    ? (value as readonly Json[]).map((element, index) => [index, element] as const)
    : undefined;
}

// `context.source` is ECMAScript's "JSON.parse source text access"; older browsers show the parsed number.
function revive(_: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value === "number") {
    return { source: context?.source ?? String(value) };
  }
  return typeof value === "object" && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : value;
}
