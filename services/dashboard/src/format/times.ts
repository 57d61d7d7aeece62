/** Times and durations as people read them. Times come as RFC 3339 with microseconds; shown in the browser's zone. */

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayClock = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const hourOnly = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** Clock time; with the day where it is not today's. */
export function time(moment: string, now: Date = new Date()): string {
  const at = new Date(moment);
  return at.toDateString() === now.toDateString() ? clock.format(at) : dayClock.format(at);
}

export const hour = (moment: string): string => hourOnly.format(new Date(moment));

/** Whole microseconds since the epoch: a Date would round to milliseconds. */
export function micros(moment: string): number {
  const fraction = /\.(\d{1,6})/.exec(moment)?.[1] ?? "";
  return Math.floor(Date.parse(moment) / 1000) * 1_000_000 + Number(fraction.padEnd(6, "0"));
}

/** A duration of microseconds in three digits: 870 µs, 12.3 ms, 4.56 s, 3 min 20 s. */
export function duration(us: number): string {
  if (us < 1000) {
    return `${us} µs`;
  }
  if (us < 999_500) {
    return `${threeDigits(us / 1000)} ms`;
  }
  if (us < 99_950_000) {
    return `${threeDigits(us / 1_000_000)} s`;
  }
  const seconds = Math.round(us / 1_000_000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60} s`;
}

/** Time into a run, to the millisecond: 0.012 s, 59.870 s, 30:00.012, 1:02:03.004. */
export function offset(us: number): string {
  const millis = Math.floor(us / 1000);
  const [minutes, seconds] = [Math.floor(millis / 60_000), ((millis % 60_000) / 1000).toFixed(3)];
  if (minutes === 0) {
    return `${seconds} s`;
  }
  const clockSeconds = seconds.padStart(6, "0");
  return minutes < 60
    ? `${minutes}:${clockSeconds}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${clockSeconds}`;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** How long ago, coarsely: never in the future, as clocks of service and browser differ. */
export function ago(moment: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(moment)) / 1000));
  if (seconds < 5) {
    return "just now";
  }
  if (seconds < 90) {
    return `${seconds} s ago`;
  }
  if (seconds < 5400) {
    return `${Math.round(seconds / 60)} min ago`;
  }
  return seconds < 129_600 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} days ago`;
}

function threeDigits(value: number): string {
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}
