/** The colours an app asks for around itself: a theme's key follows the theme, a value stays. */

import { isDark } from "../dom/theme";
import type { MiniApp } from "./mini_app";

type Part = "header" | "background" | "bottom";

export class Colors {
  private readonly wanted: Record<Part, string> = {
    header: "bg_color",
    background: "bg_color",
    bottom: "bottom_bar_bg_color",
  };

  constructor(private readonly app: MiniApp) {
    this.repaint();
  }

  set(part: Part, color: string): void {
    this.wanted[part] = color;
    this.repaint();
  }

  repaint(): void {
    const { style } = this.app.root;
    for (const part of ["header", "background", "bottom"] as const) {
      const color = this.resolve(part);
      style.setProperty(`--app-${part}`, color);
    }
    this.app.root.dataset["header"] = isDark(this.resolve("header")) ? "dark" : "light";
  }

  private resolve(part: Part): string {
    const wanted = this.wanted[part];
    return wanted.startsWith("#") ? wanted : (this.app.theme[wanted] ?? "#ffffff");
  }
}
