/** The heart of a product. */
import type { App } from "../app/app";
import { toast } from "../page/toast";
import { say } from "../page/words";

interface LikedIds {
  ids: string[];
}

export function heart(button: HTMLElement, app: App, signal: AbortSignal): void {
  const id = button.dataset["like"] ?? "";
  const show = (answer: LikedIds) => draw(button, answer.ids.includes(id));
  button.addEventListener("click", () => void toggle(button, id, app, show), { signal });
  if (!app.api.isKnown) return;
  app.api
    .call<LikedIds>("/favourites/ids", { signal })
    .then(show)
    .catch(() => undefined); // a heart that stays empty is no reason to disturb anybody
}

async function toggle(
  button: HTMLElement,
  id: string,
  app: App,
  show: (answer: LikedIds) => void,
): Promise<void> {
  const liked = button.getAttribute("aria-pressed") !== "true";
  draw(button, liked); // at once; put right below if it is refused
  app.host.feel("tap");
  try {
    show(await app.api.call<LikedIds>(`/favourites/${id}`, { method: liked ? "PUT" : "DELETE" }));
    if (liked) toast(say("liked"));
  } catch (error) {
    draw(button, !liked);
    app.report(error);
  }
}

function draw(button: HTMLElement, liked: boolean): void {
  button.setAttribute("aria-pressed", String(liked));
  button.setAttribute("aria-label", say(liked ? "from_favourites" : "to_favourites"));
}
