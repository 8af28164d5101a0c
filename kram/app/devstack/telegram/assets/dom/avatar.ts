/** Round pictures: a bot's photo, or letters on one of seven colours. */

import { fileUrl } from "../api/client";
import { make } from "./make";

const COLORS = 7;

/** The picture for somebody; `seed` keeps their colour the same everywhere. */
export function avatar(name: string, seed: number, photo: string | null = null): HTMLElement {
  if (photo) {
    return make("img.avatar", { src: fileUrl(photo), alt: "" });
  }
  const color = Math.abs(seed) % COLORS;
  return make(`span.avatar.avatar-${color}` as "span", { "aria-hidden": "true" }, initials(name));
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = [words[0], words.length > 1 ? words[words.length - 1] : undefined];
  return letters.map((word) => [...(word ?? "")][0] ?? "").join("").toUpperCase() || "?";
}
