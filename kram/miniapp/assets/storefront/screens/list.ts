/** Goods: search as you type, one-tap add, more. */
import type { App, Screen } from "../app/app";
import { fetchPage } from "../app/pages";
import { all, copied, find } from "../page/dom";
import { toast } from "../page/toast";
import { say } from "../page/words";
import { offerCart } from "./to-cart";

const TYPING_MS = 280;

export const list: Screen = (main, app, signal) => {
  const draw = () => {
    offerCart(app, signal);
    drawCounts(main, app);
  };
  app.cart.onChange(draw, signal);
  draw();
  const shown = main.querySelector(".chips [aria-current]");
  shown?.scrollIntoView({ block: "nearest", inline: "center" });
  main.addEventListener("click", (event) => clicked(event, main, app), { signal });
  searching(find<HTMLFormElement>(main, "[role=search]"), main, app, signal);
};

function clicked(event: MouseEvent, main: HTMLElement, app: App): void {
  if (!(event.target instanceof Element)) return;
  const add = event.target.closest<HTMLElement>("[data-add]");
  if (add) addOne(add, app);
  const more = event.target.closest<HTMLAnchorElement>("[data-more]");
  if (!more) return;
  event.preventDefault();
  void append(more, main, app);
}

function addOne(button: HTMLElement, app: App): void {
  const variant = button.dataset["add"] ?? "";
  app.cart.set(variant, app.cart.quantityOf(variant) + 1, Number(button.dataset["minor"]));
  app.host.feel("tap");
}

function drawCounts(main: HTMLElement, app: App): void {
  for (const button of all(main, "[data-add]")) {
    const count = app.cart.quantityOf(button.dataset["add"] ?? "");
    button.toggleAttribute("data-count", count > 0);
    find(button, "[data-sign]").hidden = count > 0;
    find(button, "[data-number]").textContent = count ? String(count) : "";
  }
}

async function append(more: HTMLAnchorElement, main: HTMLElement, app: App): Promise<void> {
  const page = await fetchPage(more.href).catch(() => null);
  if (!page) return toast(say("no_connection"));
  const goods = copied(page, ".goods");
  const first = goods.querySelector("a");
  find(main, ".goods").append(...goods.children);
  const place = find(main, ".more");
  if (page.querySelector(".more")) place.replaceWith(copied(page, ".more"));
  else place.remove();
  drawCounts(main, app);
  // The keyboard goes on where the new goods begin.
  first?.focus({ preventScroll: true });
}

function searching(form: HTMLFormElement, main: HTMLElement, app: App, signal: AbortSignal): void {
  const field = find<HTMLInputElement>(form, "input[type=search]");
  let timer = 0;
  let asked = field.value.trim();
  const ask = async () => {
    const words = field.value.trim();
    if (words === asked || signal.aborted) return;
    asked = words;
    const address = addressOf(form, words);
    const page = await fetchPage(address).catch(() => null);
    if (!page || signal.aborted || field.value.trim() !== words) return;
    history.replaceState(history.state, "", address);
    find(main, "#results").replaceWith(copied(page, "#results"));
    drawCounts(main, app);
  };
  form.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      field.blur(); // the keyboard goes down and shows what was found
      void ask();
    },
    { signal },
  );
  const soon = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), TYPING_MS);
  };
  field.addEventListener("input", soon, { signal });
}

function addressOf(form: HTMLFormElement, words: string): string {
  const address = new URL(form.action, location.href);
  const language = new URL(location.href).searchParams.get("lang");
  if (language) address.searchParams.set("lang", language);
  if (words) address.searchParams.set("q", words);
  return address.href;
}
