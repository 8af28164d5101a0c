/** JSON requests to this shop, signed in. */
import { facts } from "../page/facts";
import { read, send } from "./exchange";
import type { Session } from "./session";

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

  /** What everybody may read: asked without signing anybody in. */
  async open<T>(path: string, call: Pick<Call, "body" | "signal"> = {}): Promise<T> {
    const headers = { "accept-language": facts.language };
    const init: RequestInit = { headers, cache: "no-store" };
    if (call.body !== undefined) {
      init.method = "POST";
      init.headers = { ...headers, "content-type": "application/json" };
      init.body = JSON.stringify(call.body);
    }
    return read<T>(await send(`${facts.base}/api${path}`, init, call.signal));
  }

  /** A file as it is. */
  async upload<T>(path: string, file: Blob, signal?: AbortSignal): Promise<T> {
    const post = async () => {
      const headers = { "accept-language": facts.language, ...(await this.session.headers()) };
      const init = { method: "POST", headers, body: file };
      return send(`${facts.base}/api${path}`, init, signal);
    };
    const answer = await post();
    if (answer.status !== 401) return read<T>(answer);
    await this.session.open();
    return read<T>(await post());
  }

  private async send(path: string, call: Call): Promise<Response> {
    const init: RequestInit = {
      method: call.method ?? "GET",
      headers: {
        "accept-language": facts.language,
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
        ...(await this.session.headers()),
        ...call.headers,
      },
      cache: "no-store",
    };
    if (call.body !== undefined) init.body = JSON.stringify(call.body);
    return send(`${facts.base}/api${path}`, init, call.signal);
  }
}
