/** JSON requests to this shop, signed in and with refusals turned into `Problem`. */
import { facts } from "../page/facts";
import { Problem, type ProblemBody, Unanswered } from "./problem";
import type { Session } from "./session";

const PATIENCE_MS = 15_000;
const LATER = new Set([429, 502, 503, 504]);

export interface Call {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export class Api {
  constructor(private readonly session: Session) {}

  /** Whether this browser has a cart or orders to ask for. */
  get isKnown(): boolean {
    return this.session.isKnown;
  }

  /** Raises Problem when refused, Unanswered when it may be tried again. */
  async call<T>(path: string, call: Call = {}): Promise<T> {
    const answer = await this.send(path, call);
    if (answer.status !== 401) return read<T>(answer);
    await this.session.open();
    return read<T>(await this.send(path, call));
  }

  private async send(path: string, call: Call): Promise<Response> {
    const { signal, done } = patience(call.signal);
    const init: RequestInit = {
      method: call.method ?? "GET",
      headers: {
        "accept-language": facts.language,
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
        ...(await this.session.headers()),
        ...call.headers,
      },
      signal,
      cache: "no-store",
    };
    if (call.body !== undefined) init.body = JSON.stringify(call.body);
    try {
      return await fetch(`${facts.base}/api${path}`, init);
    } catch {
      throw new Unanswered();
    } finally {
      done();
    }
  }
}

async function read<T>(answer: Response): Promise<T> {
  if (LATER.has(answer.status)) {
    throw new Unanswered(Number(answer.headers.get("retry-after") ?? 0) * 1000);
  }
  if (!answer.ok) throw new Problem((await answer.json()) as ProblemBody);
  return (await answer.json()) as T;
}

/** Ends a request that takes too long, or whose screen was left. */
function patience(left: AbortSignal | undefined): { signal: AbortSignal; done: () => void } {
  const control = new AbortController();
  const give = () => control.abort();
  const timer = setTimeout(give, PATIENCE_MS);
  if (left?.aborted) give();
  left?.addEventListener("abort", give, { once: true });
  return { signal: control.signal, done: () => clearTimeout(timer) };
}
