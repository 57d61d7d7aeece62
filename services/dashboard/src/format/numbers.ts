/** Numbers as people read them. */

const whole = new Intl.NumberFormat("en");
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export const count = (value: number): string => whole.format(value);

/** At most five characters: 999, 12.3K, 4M. */
export const shortCount = (value: number): string => (value < 10_000 ? whole.format(value) : compact.format(value));

/** Part of a whole in per cent; a dash where there is no whole. */
export function share(part: number, all: number): string {
  if (all === 0) {
    return "–";
  }
  const percent = (100 * part) / all;
  return percent > 0 && percent < 0.1 ? "< 0.1 %" : `${percent.toFixed(percent < 10 && percent > 0 ? 1 : 0)} %`;
}

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Bytes in steps of 1000. */
export function bytes(value: number): string {
  let unit = 0;
  let rest = value;
  while (rest >= 999.5 && unit < BYTE_UNITS.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  return `${unit === 0 || rest >= 99.95 ? Math.round(rest) : rest.toFixed(1)} ${BYTE_UNITS[unit] ?? ""}`;
}

/** The change against a span before: +12 %, −40 %, ×15; none where there is nothing to compare with. */
export function change(now: number, before: number): string | undefined {
  if (before === 0 || now === before) {
    return undefined;
  }
  if (now >= 10 * before) {
    return `×${count(Math.round(now / before))}`;
  }
  return `${now > before ? "+" : "−"}${Math.round((100 * Math.abs(now - before)) / before)} %`;
}
