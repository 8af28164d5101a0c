/** Sold out: one message when it is there again, for who wants it. */
import type { App } from "../app/app";
import { toast } from "../page/toast";
import { say } from "../page/words";

interface WaitsFor {
  variants: string[];
}

export class Awaited {
  private variants: ReadonlySet<string> = new Set();
  private asked = false;

  constructor(
    private readonly app: App,
    private readonly signal: AbortSignal,
    private readonly draw: () => void,
  ) {}

  /** A browser has nobody to write to: there it only says that nothing is left. */
  offer(variant: string): void {
    const { app, signal } = this;
    if (app.host.name !== "telegram") {
      app.action.show({ text: say("sold_out"), enabled: false, run: () => {} }, signal);
      return;
    }
    void this.ask();
    const waits = this.variants.has(variant);
    const run = () => this.turn(variant, !waits);
    app.action.show({ text: say(waits ? "will_tell" : "tell_me"), enabled: true, run }, signal);
  }

  private async ask(): Promise<void> {
    if (this.asked || !this.app.api.isKnown) return;
    this.asked = true;
    const answer = await this.app.api
      .call<WaitsFor>("/arrivals", { signal: this.signal })
      .catch(() => null); // the button then offers what is asked for already: no harm
    if (!answer || this.signal.aborted) return;
    this.variants = new Set(answer.variants);
    this.draw();
  }

  private async turn(variant: string, waits: boolean): Promise<void> {
    await this.app.api.call(`/arrivals/${variant}`, { method: waits ? "PUT" : "DELETE" });
    this.asked = true;
    const others = [...this.variants].filter((other) => other !== variant);
    this.variants = new Set(waits ? [...others, variant] : others);
    this.app.host.feel("success");
    toast(say(waits ? "told_once" : "not_told"));
    this.draw();
  }
}
