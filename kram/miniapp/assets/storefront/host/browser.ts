/** A plain browser: the same buttons, drawn in the page. */
import { find } from "../page/dom";
import type { Feeling, Host, MainAction, Scheme } from "./host";

export class BrowserHost implements Host {
  readonly name = "browser";
  readonly initData = "";
  readonly startParam = "";
  readonly language = "";
  readonly calm = false;
  private readonly dock = find(document, "#dock");
  private readonly button = find(this.dock, "button");
  private run: (() => void) | null = null;
  private readonly warn = (event: BeforeUnloadEvent) => event.preventDefault();

  constructor() {
    this.button.addEventListener("click", () => this.run?.());
  }

  ready(): void {}

  showAction(action: MainAction | null, busy: boolean): void {
    this.run = action ? () => void action.run() : null;
    this.dock.hidden = !action;
    if (!action) return;
    this.place();
    find(this.button, "[data-text]").textContent = action.text;
    const amount = find(this.button, "[data-amount]");
    amount.textContent = action.amount ?? "";
    amount.hidden = !action.amount;
    // Not `disabled`: whoever tabs to it would lose the place, and hear nothing.
    this.button.setAttribute("aria-disabled", String(!action.enabled || busy));
    this.button.setAttribute("aria-busy", String(busy));
  }

  showBack(): void {} // browsers have their own

  guardClosing(on: boolean): void {
    if (on) window.addEventListener("beforeunload", this.warn);
    else window.removeEventListener("beforeunload", this.warn);
  }

  feel(_: Feeling): void {}

  openPayment(address: string): void {
    this.guardClosing(false);
    location.assign(address);
  }

  ask(question: string): Promise<boolean> {
    return Promise.resolve(window.confirm(question));
  }

  onScheme(listener: (scheme: Scheme) => void): void {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const tell = () => listener(dark.matches ? "dark" : "light");
    dark.addEventListener("change", tell);
    tell();
  }

  /** Screens may keep a place for the button; otherwise it stays at the foot of the window. */
  private place(): void {
    const slot = document.querySelector("main [data-action-here]");
    this.dock.toggleAttribute("data-inline", slot !== null);
    const home = slot ?? document.body;
    if (this.dock.parentElement === home) return;
    if (slot) slot.append(this.dock);
    else find(document, "#main").after(this.dock);
  }
}
