/** One request and its answer: what fails becomes a Problem or an Unanswered. */
import { Problem, type ProblemBody, Unanswered } from "./problem";

const PATIENCE_MS = 15_000;
const LATER = new Set([429, 502, 503, 504]);

/** Raises Unanswered when nobody answers in time, or the screen was left first. */
export async function send(
  address: string,
  init: RequestInit,
  left?: AbortSignal,
): Promise<Response> {
  const control = new AbortController();
  const give = () => control.abort();
  const timer = setTimeout(give, PATIENCE_MS);
  if (left?.aborted) give();
  left?.addEventListener("abort", give, { once: true });
  try {
    return await fetch(address, { ...init, signal: control.signal });
  } catch {
    throw new Unanswered();
  } finally {
    clearTimeout(timer);
  }
}

export async function read<T>(answer: Response): Promise<T> {
  if (LATER.has(answer.status)) {
    throw new Unanswered(Number(answer.headers.get("retry-after") ?? 0) * 1000);
  }
  if (!answer.ok) throw new Problem((await answer.json()) as ProblemBody);
  return (await answer.json()) as T;
}
