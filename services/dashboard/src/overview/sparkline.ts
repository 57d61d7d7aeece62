/** A row of counts as the path of a small line. Pure. */

/** SVG path through all values, the highest at the top; flat at the bottom where all are 0. */
export function sparklinePath(values: readonly number[], width: number, height: number): string {
  const top = Math.max(1, ...values);
  const step = width / Math.max(1, values.length - 1);
  return values
    .map((value, index) => `${index === 0 ? "M" : "L"}${round(index * step)} ${round(height - (value / top) * height)}`)
    .join("");
}

const round = (value: number): number => Math.round(value * 10) / 10;
