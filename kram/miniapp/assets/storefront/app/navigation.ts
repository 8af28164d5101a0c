/** Moves between pages without reloading; whatever does not work falls back to a plain link. */
import { Unanswered } from "../net/problem";
import { copied, find } from "../page/dom";
import { facts, to } from "../page/facts";
import { fetchPage } from "./pages";
import { animated } from "./transition";

interface Place {
  key: string;
  depth: number;
}

interface Kept {
  main: HTMLElement;
  title: string;
  scroll: number;
  at: number;
}

const KEPT_MS = 60_000;
const MOST_KEPT = 10;

export class Navigation {
  private place: Place = { key: newKey(), depth: 0 };
  private readonly kept = new Map<string, Kept>();
  private latest = 0;

  constructor(
    private readonly opened: () => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  start(): void {
    const known = history.state as Place | null;
    if (known?.key) this.place = known;
    history.scrollRestoration = "manual";
    history.replaceState(this.place, "");
    window.addEventListener("popstate", (event) => void this.returned(event.state as Place | null));
    document.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("pointerdown", (event) => this.prepare(event));
    document.addEventListener("pointerover", (event) => this.prepare(event));
  }

  get isRoot(): boolean {
    return location.pathname.replace(/\/$/, "") === facts.base;
  }

  back(): void {
    if (this.place.depth > 0) history.back();
    else void this.go(to("/"), { replace: true });
  }

  /** `fresh`: nothing to go back to but the shop itself. */
  async go(address: string, { replace = false, fresh = false, hero = null as Element | null } = {}) {
    const turn = ++this.latest;
    const page = await fetchPage(address).catch(() => undefined);
    if (turn !== this.latest) return; // the shopper has gone elsewhere meanwhile
    if (page === undefined) return this.failed(new Unanswered());
    if (!page) {
      location[replace ? "replace" : "assign"](address);
      return;
    }
    this.keep();
    const depth = fresh ? 0 : this.place.depth + (replace ? 0 : 1);
    this.place = { key: newKey(), depth };
    history[replace ? "replaceState" : "pushState"](this.place, "", address);
    await this.show(copied(page, "#main"), page.title, 0, hero);
    find(document, ".foot").replaceWith(copied(page, ".foot"));
  }

  private async returned(place: Place | null): Promise<void> {
    if (!place?.key) return; // a jump inside the page
    const turn = ++this.latest;
    this.keep();
    this.place = place;
    const kept = this.kept.get(place.key);
    if (kept && Date.now() - kept.at < KEPT_MS) {
      await this.show(kept.main, kept.title, kept.scroll, null);
      return;
    }
    const page = await fetchPage(location.href).catch(() => null);
    if (turn !== this.latest) return;
    if (!page) location.reload();
    else await this.show(copied(page, "#main"), page.title, kept?.scroll ?? 0, null);
  }

  private keep(): void {
    const main = find(document, "#main");
    const now = { main, title: document.title, scroll: window.scrollY, at: Date.now() };
    this.kept.delete(this.place.key);
    this.kept.set(this.place.key, now);
    if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value ?? "");
  }

  private async show(main: HTMLElement, title: string, scroll: number, hero: Element | null) {
    await animated(hero, () => {
      const dock = document.querySelector("main #dock");
      if (dock) find(document, ".foot").after(dock);
      find(document, "#main").replaceWith(main);
      document.title = title;
      this.opened();
      window.scrollTo(0, scroll);
    });
    main.focus({ preventScroll: true });
    find(document, "#said").textContent = title;
  }

  private clicked(event: MouseEvent): void {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    const link = ownLink(event);
    if (!link) return;
    event.preventDefault();
    const card = link.closest(".card");
    void this.go(link.href, { hero: card?.querySelector(".card-picture img") ?? null });
  }

  /** The finger is down, or the mouse rests: the page will be there when it is wanted. */
  private prepare(event: PointerEvent): void {
    const link = ownLink(event);
    if (link && link.href !== location.href) void fetchPage(link.href).catch(() => null);
  }
}

function ownLink(event: Event): HTMLAnchorElement | null {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link?.href || link.target || link.dataset["reload"] !== undefined) return null;
  const address = new URL(link.href);
  if (address.origin !== location.origin || address.hash) return null;
  const inside = address.pathname === facts.base || address.pathname.startsWith(`${facts.base}/`);
  return inside ? link : null;
}

function newKey(): string {
  return Math.random().toString(36).slice(2);
}
