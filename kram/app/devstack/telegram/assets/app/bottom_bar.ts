/** Below the app: the main and the secondary button. */

import { fill, make } from "../dom/make";
import type { Data, Post } from "./protocol";

type Which = "main" | "secondary";

export class BottomBar {
  readonly root = make("footer.app-foot");
  private readonly buttons: Record<Which, HTMLButtonElement>;

  constructor(
    private readonly post: Post,
    private readonly changed: () => void,
  ) {
    this.buttons = { main: this.button("main"), secondary: this.button("secondary") };
    fill(this.root, this.buttons.secondary, this.buttons.main);
    this.clear();
  }

  get isShown(): boolean {
    return !this.buttons.main.hidden || !this.buttons.secondary.hidden;
  }

  /** Shows the button as the app wants it. */
  set(which: Which, wanted: Data): void {
    const button = this.buttons[which];
    button.hidden = wanted["is_visible"] !== true;
    if (!button.hidden) {
      const progress = wanted["is_progress_visible"] === true;
      const spinner = progress && make("span.spinner", { "aria-hidden": "true" });
      fill(button, spinner, make("span", {}, String(wanted["text"])));
      button.disabled = wanted["is_active"] === false;
      button.setAttribute("aria-busy", String(progress));
      button.classList.toggle("shining", wanted["has_shine_effect"] === true);
      button.style.background = String(wanted["color"] ?? "");
      button.style.color = String(wanted["text_color"] ?? "");
    }
    if (typeof wanted["position"] === "string") this.root.dataset["position"] = wanted["position"];
    this.root.classList.toggle("shown", this.isShown);
    this.changed();
  }

  clear(): void {
    this.buttons.main.hidden = true;
    this.buttons.secondary.hidden = true;
    this.root.classList.remove("shown");
  }

  private button(which: Which): HTMLButtonElement {
    const press = (): void => this.post(`${which}_button_pressed`);
    return make("button.app-button", { "data-which": which, onclick: press });
  }
}
