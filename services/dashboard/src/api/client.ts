/** The typed client of the query service, and its one kind of error. */
import createClient from "openapi-fetch";

import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Call = Schemas["Call"];
export type CallsPage = Schemas["CallsPage"];
export type Finding = Schemas["Finding"];
export type Frame = Schemas["Frame"];
export type Hour = Schemas["Hour"];
export type Overview = Schemas["Overview"];
export type RiskLevel = Call["level"];
export type Outcome = Call["outcome"];
export type Run = Schemas["Run"];
export type Signal = Schemas["Signal"];

/** What the service said, or that it said nothing (status 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
  }
}

const api = createClient<paths>({ baseUrl: "/", credentials: "same-origin" });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer; throws ApiError for everything else. */
export async function answered<T>(pending: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await pending;
  } catch {
    throw new ApiError(0, "unreachable", "The query service does not answer.");
  }
  if (!answer.response.ok) {
    throw errorOf(answer.response.status, answer.error);
  }
  return answer.data as T;
}

/** The error of a status and a body, which may come from something in between that knows no envelope. */
export function errorOf(status: number, body: unknown): ApiError {
  const error = (body as Partial<Schemas["Envelope"]> | null | undefined)?.error;
  return new ApiError(status, error?.code ?? "unknown", error?.message ?? `The service answered ${status}.`);
}

export default api;
