/** A text whose tokens of findings are chips. */
import type { Finding } from "../api/client";
import { FindingChip } from "./FindingChip";
import { pieces } from "./redactions";

export function Redacted({ text, findings }: { text: string; findings: readonly Finding[] }) {
  return pieces(text, findings).map((piece, index) =>
    "finding" in piece ? <FindingChip key={index} finding={piece.finding} /> : <span key={index}>{piece.text}</span>,
  );
}
