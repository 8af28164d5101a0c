/** The dots below the pictures follow the finger; arrow keys turn the pages. */
import { all } from "../page/dom";

export function gallery(strip: HTMLElement, signal: AbortSignal): void {
  const dots = all(strip.parentElement ?? strip, ".dots span");
  if (!dots.length) return;
  const draw = () => {
    const at = Math.round(strip.scrollLeft / strip.clientWidth);
    dots.forEach((dot, index) => dot.toggleAttribute("data-on", index === at));
  };
  strip.addEventListener("scroll", () => requestAnimationFrame(draw), { signal, passive: true });
  strip.addEventListener("keydown", (event) => turn(event, strip), { signal });
}

function turn(event: KeyboardEvent, strip: HTMLElement): void {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  strip.scrollBy({ left: by * strip.clientWidth, behavior: "smooth" });
}
