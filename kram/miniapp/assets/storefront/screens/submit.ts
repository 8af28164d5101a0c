/** Sends an order once: the same words carry the same key, however often they are sent. */
import type { Api } from "../net/api";
import { Problem, Unanswered } from "../net/problem";
import { facts } from "../page/facts";
import { forThisVisit, keep, recall } from "../page/memory";

export interface Placed {
  order_code: string;
  redirect_url: string | null;
}

interface Attempt {
  key: string;
  body: string;
}

const KEPT = `kram.attempt.${facts.base}`;
const WAITS_MS = [800, 2_000, 4_000];

/** Raises Problem when refused; Unanswered after several tries, and then the key stays. */
export async function submit(api: Api, words: object): Promise<Placed> {
  const attempt = attemptFor(JSON.stringify(words));
  try {
    const placed = await persistently(api, attempt);
    keep(forThisVisit, KEPT, null);
    return placed;
  } catch (error) {
    if (error instanceof Problem) keep(forThisVisit, KEPT, null);
    throw error;
  }
}

async function persistently(api: Api, attempt: Attempt): Promise<Placed> {
  for (const wait of WAITS_MS) {
    try {
      return await once(api, attempt);
    } catch (error) {
      if (!mayPass(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return once(api, attempt);
}

function once(api: Api, attempt: Attempt): Promise<Placed> {
  return api.call<Placed>("/checkout", {
    method: "POST",
    body: JSON.parse(attempt.body),
    headers: { "idempotency-key": attempt.key },
  });
}

function mayPass(error: unknown): boolean {
  if (error instanceof Problem) return error.code === "request_in_progress";
  return error instanceof Unanswered;
}

/** Kept over a reload: whoever presses again after a crash gets the order that was made. */
function attemptFor(body: string): Attempt {
  const kept = recall<Attempt>(forThisVisit, KEPT);
  if (kept?.body === body) return kept;
  const attempt = { key: newKey(), body };
  keep(forThisVisit, KEPT, attempt);
  return attempt;
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
