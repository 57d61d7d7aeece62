/** Where a text holds the tokens of findings. Chips are drawn from findings alone, never from what a text looks like. */
import type { Finding } from "../api/client";

export type Piece = { readonly text: string } | { readonly finding: Finding };

/** The text in pieces: what stands between tokens, and the finding of each token. */
export function pieces(text: string, findings: readonly Finding[]): Piece[] {
  const found: Piece[] = [];
  let rest = text;
  while (rest !== "") {
    const nearest = nearestToken(rest, findings);
    if (nearest === undefined) {
      found.push({ text: rest });
      break;
    }
    if (nearest.at > 0) {
      found.push({ text: rest.slice(0, nearest.at) });
    }
    found.push({ finding: nearest.finding });
    rest = rest.slice(nearest.at + nearest.finding.token.length);
  }
  return found;
}

/** A few characters that tell equal tokens from others. */
export function digest(token: string): string {
  return token.replace(/[«»]/g, "").split(":").at(-1)?.slice(0, 6) ?? "";
}

function nearestToken(text: string, findings: readonly Finding[]) {
  let nearest: { at: number; finding: Finding } | undefined;
  for (const finding of findings) {
    const at = finding.token === "" ? -1 : text.indexOf(finding.token);
    if (at >= 0 && (nearest === undefined || at < nearest.at)) {
      nearest = { at, finding };
    }
  }
  return nearest;
}
