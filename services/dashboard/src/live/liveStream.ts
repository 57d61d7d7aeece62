/** The stream of `/api/live`, opened again whenever the browser gives it up. */
import type { Call } from "../api/client";
import type { LiveSign } from "./liveStatus";

const REOPEN_MS = 3000;
const SIGNS = ["ready", "update", "reset", "away"] as const;

/** `onSign` hears every event and every loss; `calls` are those of an update. Returns what ends it. */
export function openLiveStream(onSign: (sign: LiveSign, calls: readonly Call[]) => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const open = () => {
    const opened = new EventSource("/api/live");
    source = opened;
    for (const sign of SIGNS) {
      opened.addEventListener(sign, (event: MessageEvent<string>) => {
        onSign(sign, callsOf(event.data));
      });
    }
    opened.onerror = () => {
      onSign("error", []);
      // A browser tries again by itself unless the answer was no stream (a login that ended, a proxy's page).
      if (opened.readyState === EventSource.CLOSED) {
        timer = setTimeout(open, REOPEN_MS);
      }
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

function callsOf(data: string): readonly Call[] {
  return (JSON.parse(data) as { calls?: readonly Call[] }).calls ?? [];
}
