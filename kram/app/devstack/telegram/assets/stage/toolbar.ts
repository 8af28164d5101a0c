/** Above the phones: theme, language, one more phone, the way to Kram. */

import { icon } from "../dom/icons";
import { fill, make } from "../dom/make";
import { scheme, setScheme } from "../dom/theme";
import { LANGUAGES, pageLanguage, setPageLanguage, type Language } from "../words/words";
import type { Stage } from "./stage";

export class Toolbar {
  readonly root = make("header.toolbar");

  constructor(private readonly stage: Stage) {}

  render(): void {
    const { stage } = this;
    fill(
      this.root,
      make(
        "div.brand",
        {},
        make("span.brand-sign", { "aria-hidden": "true" }, icon("send", 18)),
        make("div", {}, make("h1", {}, stage.word("title")), make("span", {}, stage.word("subtitle"))),
      ),
      this.dashboard(),
      this.adding(),
      this.language(),
      this.theme(),
    );
  }

  private dashboard(): HTMLElement | null {
    const { kram } = this.stage.boot;
    if (!kram) return null;
    const look = { href: `${kram}/dashboard`, target: "_blank", rel: "noopener" };
    return make("a.tool.wide", look, this.stage.word("dashboard"), icon("link", 16));
  }

  private adding(): HTMLElement | null {
    if (!this.stage.canAdd) return null;
    const label = this.stage.word("add_phone");
    const look = { "aria-label": label, title: label, onclick: () => void this.stage.addPhone() };
    return make("button.tool", look, icon("plus", 20));
  }

  private language(): HTMLElement {
    const options = LANGUAGES.map(([code]) => make("option", { value: code }, code.toUpperCase()));
    const select = make("select.tool", { "aria-label": this.stage.word("page_language") }, ...options);
    select.value = pageLanguage();
    select.addEventListener("change", () => {
      setPageLanguage(select.value as Language);
      this.stage.render();
    });
    return select;
  }

  private theme(): HTMLElement {
    const dark = scheme() === "dark";
    const label = this.stage.word(dark ? "theme_light" : "theme_dark");
    const turn = (): void => {
      setScheme(dark ? "light" : "dark");
      this.render();
      this.root.querySelector<HTMLElement>(".theme")?.focus();
    };
    return make("button.tool.theme", { "aria-label": label, title: label, onclick: turn }, icon(dark ? "sun" : "moon", 20));
  }
}
