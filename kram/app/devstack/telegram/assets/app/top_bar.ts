/** Above the app: close or back, its name, more. */

import { icon } from "../dom/icons";
import { fill, make } from "../dom/make";
import type { MiniApp } from "./mini_app";

export class TopBar {
  readonly root: HTMLElement;
  private readonly left = make("button.app-left", { onclick: () => this.press() });
  private hasBack = false;

  constructor(private readonly app: MiniApp) {
    const { phone, bot } = app;
    const more = { "aria-label": phone.word("more"), onclick: () => app.showDeeds() };
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
    const label = this.app.phone.word(shown ? "back" : "close");
    fill(this.left, icon(shown ? "back" : "close", 20), make("span", {}, label));
  }

  private press(): void {
    if (this.hasBack) this.app.post("back_button_pressed");
    else void this.app.requestClose();
  }
}
