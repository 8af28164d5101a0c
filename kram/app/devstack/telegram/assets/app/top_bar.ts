/** Above the app: close or back, its name, more. */

import type { User } from "../api/types";
import type { Phone } from "../device/phone";
import { icon } from "../dom/icons";
import { fill, make } from "../dom/make";

export class TopBar {
  readonly root: HTMLElement;
  private readonly left = make("button.app-left", { onclick: () => this.press() });
  private hasBack = false;

  constructor(
    private readonly phone: Phone,
    bot: User,
    private readonly on: Record<"back" | "close" | "more", () => void>,
  ) {
    const more = { "aria-label": phone.word("more"), onclick: on.more };
    this.root = make(
      "header.app-head",
      {},
      this.left,
      make("div.app-title", {}, make("strong", {}, bot.first_name), make("span", {}, `@${bot.username}`)),
      make("button.app-more", more, icon("more")),
    );
    this.showBack(false);
  }

  showBack(shown: boolean): void {
    this.hasBack = shown;
    const label = this.phone.word(shown ? "back" : "close");
    fill(this.left, icon(shown ? "back" : "close", 20), make("span", {}, label));
  }

  private press(): void {
    if (this.hasBack) this.on.back();
    else this.on.close();
  }
}
