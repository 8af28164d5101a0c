/** Above the phones: theme, language, one more phone, the way to Kram. */

import { icon } from "../dom/icons";
import { fill, make } from "../dom/make";
import { scheme, setScheme } from "../dom/theme";
import { LANGUAGES, pageLanguage, pageWord, setPageLanguage, type Language } from "../words/words";

export class Toolbar {
  readonly root = make("header.toolbar");

  constructor(
    private readonly kram: string,
    private readonly addPhone: () => void,
    private readonly relabel: () => void,
  ) {}

  render(canAdd: boolean): void {
    fill(
      this.root,
      make(
        "div.brand",
        {},
        make("span.brand-sign", { "aria-hidden": "true" }, icon("send", 18)),
        make("div", {}, make("h1", {}, pageWord("title")), make("span", {}, pageWord("subtitle"))),
      ),
      this.dashboard(),
      canAdd && this.adding(),
      this.language(),
      this.theme(canAdd),
    );
  }

  private dashboard(): HTMLElement | null {
    if (!this.kram) return null;
    const look = { href: `${this.kram}/dashboard`, target: "_blank", rel: "noopener" };
    return make("a.tool.wide", look, pageWord("dashboard"), icon("link", 16));
  }

  private adding(): HTMLElement {
    const label = pageWord("add_phone");
    const look = { "aria-label": label, title: label, onclick: this.addPhone };
    return make("button.tool", look, icon("plus", 20));
  }

  private language(): HTMLElement {
    const options = LANGUAGES.map(([code]) => make("option", { value: code }, code.toUpperCase()));
    const select = make("select.tool", { "aria-label": pageWord("page_language") }, ...options);
    select.value = pageLanguage();
    select.addEventListener("change", () => {
      setPageLanguage(select.value as Language);
      this.relabel();
    });
    return select;
  }

  private theme(canAdd: boolean): HTMLElement {
    const dark = scheme() === "dark";
    const label = pageWord(dark ? "theme_light" : "theme_dark");
    const turn = (): void => {
      setScheme(dark ? "light" : "dark");
      this.render(canAdd);
      this.root.querySelector<HTMLElement>(".theme")?.focus();
    };
    const look = { "aria-label": label, title: label, onclick: turn };
    return make("button.tool.theme", look, icon(dark ? "sun" : "moon", 20));
  }
}
