/** Light or dark, for the page, the phones and the Mini Apps inside them. */

import type { Scheme } from "../api/types";
import { Emitter } from "./emitter";
import { remember, remembered } from "./settings";

const changes = new Emitter<{ change: Scheme }>();
let current: Scheme = start();

function start(): Scheme {
  const kept = remembered("theme");
  if (kept === "light" || kept === "dark") return kept;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export const scheme = (): Scheme => current;

export function setScheme(value: Scheme): void {
  current = value;
  remember("theme", value);
  document.documentElement.dataset["theme"] = value;
  changes.emit("change", value);
}

export const onScheme = (listener: (value: Scheme) => void): (() => void) =>
  changes.on("change", listener);

/** Whether white text reads better than black on this colour (#rrggbb). */
export function isDark(color: string): boolean {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) || 0);
  return 0.299 * (r ?? 0) + 0.587 * (g ?? 0) + 0.114 * (b ?? 0) < 140;
}
