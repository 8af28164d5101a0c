/** Who is shopping: a token from Telegram's launch data, or a guest's cookie that we never see. */
import { facts } from "../page/facts";
import { forGood, forThisVisit, keep, recall } from "../page/memory";
import { read, send } from "./exchange";

interface SessionAnswer {
  token: string | null;
  refresh: string | null;
  expires_in_seconds: number;
}

interface Kept {
  token: string;
  refresh: string;
  until: number;
}

const EARLY_MS = 60_000;

export class Session {
  private readonly kept = `kram.session.${facts.base}`;
  private readonly guest = `kram.guest.${facts.base}`;
  private opening: Promise<void> | null = null;

  constructor(private readonly initData: string) {}

  /** False: nobody has shopped here from this browser, so there is nothing to ask for. */
  get isKnown(): boolean {
    return this.initData !== "" || recall<boolean>(forGood, this.guest) === true;
  }

  async headers(): Promise<Record<string, string>> {
    if (!this.initData) {
      if (!this.isKnown) await this.open();
      return {};
    }
    if (!this.current()) await this.open();
    const token = this.current()?.token;
    return token ? { authorization: `Bearer ${token}` } : {};
  }

  /** Signs in anew; many callers share one request. */
  open(): Promise<void> {
    this.opening ??= this.ask().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  private current(): Kept | null {
    const session = this.stored();
    return session && session.until - EARLY_MS > Date.now() ? session : null;
  }

  /** Launch data of another person in the same tab must not find this person's session. */
  private stored(): Kept | null {
    const kept = recall<Kept & { of: string }>(forThisVisit, this.kept);
    return kept && kept.of === this.mark() ? kept : null;
  }

  private mark(): string {
    return new URLSearchParams(this.initData).get("hash") ?? "";
  }

  private async ask(): Promise<void> {
    const words = { init_data: this.initData, refresh: this.stored()?.refresh ?? "" };
    const response = await send(`${facts.base}/api/session`, {
      method: "POST",
      headers: { "content-type": "application/json", "accept-language": facts.language },
      body: JSON.stringify(words),
    });
    const answer = await read<SessionAnswer>(response);
    if (!this.initData) {
      keep(forGood, this.guest, true);
      return;
    }
    const until = Date.now() + answer.expires_in_seconds * 1000;
    const { token, refresh } = answer;
    keep(forThisVisit, this.kept, { token, refresh, until, of: this.mark() });
  }
}
