/** What this shopper likes. */
import type { App, Screen } from "../app/app";
import { copyOf, fill, find } from "../page/dom";
import { to } from "../page/facts";
import { say } from "../page/words";
import { offerCart } from "./to-cart";
import type { Picture } from "./photos";

interface Liked {
  id: string;
  slug: string;
  title: string;
  price: string;
  is_sold: boolean;
  picture: Picture;
}

interface Answer {
  items: Liked[];
  next_cursor: string | null;
}

export const favourites: Screen = (main, app, signal) => {
  app.cart.onChange(() => offerCart(app, signal), signal);
  offerCart(app, signal);
  const more = find(main, "[data-more]");
  more.addEventListener("click", () => void load(main, app, signal, more.dataset["cursor"]), { signal });
  find(main, "[data-list]").replaceChildren();
  void load(main, app, signal);
};

async function load(main: HTMLElement, app: App, signal: AbortSignal, cursor = ""): Promise<void> {
  try {
    draw(main, app, await ask(app, signal, cursor));
  } catch (error) {
    if (!signal.aborted) app.report(error);
  }
}

async function ask(app: App, signal: AbortSignal, cursor: string): Promise<Answer> {
  if (!app.api.isKnown) return { items: [], next_cursor: null };
  const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
  return app.api.call<Answer>(`/favourites${query}`, { signal });
}

function draw(main: HTMLElement, app: App, answer: Answer): void {
  const list = find(main, "[data-list]");
  list.append(...answer.items.map((liked) => card(main, app, liked)));
  find(main, "[data-bones]").hidden = true;
  find(main, "[data-empty]").hidden = list.childElementCount > 0;
  const more = find(main, "[data-more]");
  more.hidden = !answer.next_cursor;
  more.dataset["cursor"] = answer.next_cursor ?? "";
}

function card(main: HTMLElement, app: App, liked: Liked): HTMLElement {
  const { title, price } = liked;
  const item = fill(copyOf("liked"), { title, price, gone: liked.is_sold ? "" : say("sold_out") });
  find<HTMLAnchorElement>(item, "a").href = to(`/p/${liked.slug}`);
  const image = find<HTMLImageElement>(item, "img");
  image.src = liked.picture.src;
  image.srcset = liked.picture.srcset;
  const remove = find(item, "[data-unlike]");
  remove.setAttribute("aria-label", say("remove_line", { name: title }));
  remove.addEventListener("click", () => void unlike(main, app, item, liked));
  return item;
}

async function unlike(main: HTMLElement, app: App, item: HTMLElement, liked: Liked): Promise<void> {
  try {
    await app.api.call(`/favourites/${liked.id}`, { method: "DELETE" });
    item.remove();
    find(main, "[data-empty]").hidden = find(main, "[data-list]").childElementCount > 0;
  } catch (error) {
    app.report(error);
  }
}
