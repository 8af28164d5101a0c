/** A plain browser: the same buttons, drawn in the page. */
import { find } from "../page/dom";
import { type Feeling, type Host, type MainAction, type Scheme, shareAddress } from "./host";

export class BrowserHost implements Host {
  readonly name = "browser";
  readonly initData = "";
  readonly startParam = "";
  readonly person = "";
  readonly language = "";
  readonly calm = false;
  private readonly dock = find(document, "#dock");
  private readonly button = find(this.dock, "button");
  private run: (() => void) | null = null;
  private readonly wide = matchMedia("(min-width: 900px)");
  private readonly warn = (event: BeforeUnloadEvent) => event.preventDefault();

  constructor() {
    this.button.addEventListener("click", () => this.run?.());
    this.wide.addEventListener("change", () => this.place());
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

  /** It is sent as an attachment, so that the page stays. */
  download(address: string): void {
    location.assign(address);
  }

  share(link: string, words: string): void {
    window.open(shareAddress(link, words), "_blank", "noopener");
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

  /** On a desk the button stands in the page, where there is a place; else at the window's foot. */
  private place(): void {
    const slot = this.wide.matches ? document.querySelector("main [data-action-here]") : null;
    this.dock.toggleAttribute("data-inline", slot !== null);
    const home = slot ?? document.body;
    if (this.dock.parentElement === home) return; // moving it would take the focus from it
    if (slot) slot.append(this.dock);
    else find(document, ".foot").after(this.dock);
  }
}
