/** How the page learns of changes. Pure. */

/** `live`: pushed; `connecting`: asks now and then meanwhile; `away`: the database does not answer. */
export type LiveStatus = "connecting" | "live" | "away";

export type LiveSign = "ready" | "update" | "reset" | "away" | "error";

export function statusAfter(sign: LiveSign): LiveStatus {
  switch (sign) {
    case "ready":
    case "update":
    case "reset":
      return "live";
    case "away":
      return "away";
    case "error":
      return "connecting";
  }
}

/** Milliseconds between questions of a page; false while changes are pushed. */
export const pollInterval = (status: LiveStatus): number | false => (status === "live" ? false : 3000);
