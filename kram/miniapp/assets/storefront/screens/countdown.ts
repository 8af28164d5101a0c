/** How long an unpaid order's goods are kept: by the server's clock, counted on from its answer. */
import { find } from "../page/dom";
import { say } from "../page/words";

/** Seconds at which the time that is left is read aloud. */
const SPOKEN = [600, 300, 120, 60, 30, 0];
/** The network takes a while, and not the same one each time. */
const JITTER_SECONDS = 3;

export class Countdown {
  private endsAt = 0;
  private timer = 0;
  private shown = -1;

  constructor(
    private readonly root: HTMLElement,
    private readonly over: () => void,
    signal: AbortSignal,
  ) {
    signal.addEventListener("abort", () => clearTimeout(this.timer));
  }

  /** Null: there is nothing to wait for. */
  show(seconds: number | null): void {
    clearTimeout(this.timer);
    this.root.hidden = seconds === null;
    if (seconds === null) return;
    if (Math.abs(seconds - this.left()) > JITTER_SECONDS) {
      this.endsAt = performance.now() + seconds * 1000;
      this.shown = -1;
    }
    this.tick();
  }

  private left(): number {
    return Math.max(0, Math.ceil((this.endsAt - performance.now()) / 1000));
  }

  private tick(): void {
    const left = this.left();
    this.draw(left);
    if (left > 0) this.timer = window.setTimeout(() => this.tick(), 250);
  }

  private draw(left: number): void {
    if (left === this.shown) return;
    const before = this.shown < 0 ? Infinity : this.shown;
    this.shown = left;
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    find(this.root, "[data-left]").textContent = left ? say("kept_for", { time }) : say("time_over");
    this.root.toggleAttribute("data-short", left <= 60);
    if (SPOKEN.some((step) => left <= step && step < before)) this.speak(left);
    if (left === 0 && before !== Infinity) this.over();
  }

  private speak(left: number): void {
    const minutes = Math.ceil(left / 60);
    const told = left > 60 ? say("minutes_left", { count: minutes }) : say("seconds_left", { count: left });
    find(this.root, "[data-spoken]").textContent = left ? told : say("time_over");
  }
}
