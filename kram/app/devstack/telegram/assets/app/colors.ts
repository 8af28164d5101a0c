/** The colours an app asks for around itself: a theme's key follows the theme, a value stays. */

import type { ThemeParams } from "../api/types";
import { isDark } from "../dom/theme";

type Part = "header" | "background" | "bottom";

export class Colors {
  private readonly wanted: Record<Part, string> = {
    header: "bg_color",
    background: "bg_color",
    bottom: "bottom_bar_bg_color",
  };

  constructor(
    private readonly root: HTMLElement,
    private readonly theme: () => ThemeParams,
  ) {
    this.repaint();
  }

  set(part: Part, color: string): void {
    this.wanted[part] = color;
    this.repaint();
  }

  repaint(): void {
    for (const part of ["header", "background", "bottom"] as const) {
      this.root.style.setProperty(`--app-${part}`, this.resolve(part));
    }
    this.root.dataset["header"] = isDark(this.resolve("header")) ? "dark" : "light";
  }

  private resolve(part: Part): string {
    const wanted = this.wanted[part];
    return wanted.startsWith("#") ? wanted : (this.theme()[wanted] ?? "#ffffff");
  }
}
