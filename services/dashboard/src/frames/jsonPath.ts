/** RFC 9535 normalized paths, as findings and signals write them. */

export const ROOT = "$";

const SHORT: Record<string, string> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
  "'": "\\'",
  "\\": "\\\\",
};

export const memberPath = (parent: string, name: string): string =>
  `${parent}['${name.replace(/[\0-\x1f'\\]/g, escaped)}']`; // eslint-disable-line no-control-regex

export const elementPath = (parent: string, index: number): string => `${parent}[${index}]`;

/** Whether `path` is `ancestor` or lies below it. */
export const isWithin = (path: string, ancestor: string): boolean =>
  path.startsWith(ancestor) && (path.length === ancestor.length || path[ancestor.length] === "[");

function escaped(character: string): string {
  return SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
