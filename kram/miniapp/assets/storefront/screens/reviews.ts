/** What buyers say of a product, and what this shopper says. */
import type { App } from "../app/app";
import { Problem } from "../net/problem";
import { all, copyOf, fill, find } from "../page/dom";
import { toast } from "../page/toast";
import { say } from "../page/words";
import { clearErrors, showErrors } from "./field-errors";
import { Photos, thumb, type Photo, type Picture } from "./photos";

interface Review {
  author: string;
  stars: number;
  body: string;
  at: string;
  is_bought: boolean;
  reply: string;
  pictures: Picture[];
}

interface Answer {
  count: number;
  mean: string;
  by_stars: number[];
  items: Review[];
  next_cursor: string | null;
}

export interface OwnReview {
  product: string;
  product_slug: string;
  stars: number;
  body: string;
  state: "pending" | "published" | "rejected";
  reply: string;
  photos: Photo[];
}

export interface OwnReviews {
  items: OwnReview[];
}

export function reviews(root: HTMLElement, app: App, signal: AbortSignal): void {
  new Reviews(root, app, signal).begin();
}

export function starsOf(count: number): string {
  return "★".repeat(count) + "☆".repeat(5 - count);
}

export function stateOf(review: OwnReview): string {
  if (review.state === "published") return "";
  return say(review.state === "pending" ? "review_waits" : "review_rejected");
}

class Reviews {
  private readonly path: string;
  private readonly form: HTMLFormElement;
  private readonly photos: Photos;
  private stars = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly app: App,
    private readonly signal: AbortSignal,
  ) {
    this.path = `/products/${encodeURIComponent(root.dataset["reviews"] ?? "")}`;
    this.form = find<HTMLFormElement>(root, "[data-review]");
    this.photos = new Photos(this.form, "/review-photos", app, signal);
  }

  begin(): void {
    const { root, signal } = this;
    const more = find(root, "[data-more]");
    more.addEventListener("click", () => void this.load(more.dataset["cursor"]), { signal });
    for (const row of all(root, "[data-stars]")) {
      row.addEventListener("click", () => this.narrow(row.dataset["stars"] ?? ""), { signal });
    }
    this.form.addEventListener("submit", (event) => this.submitted(event), { signal });
    const mine = find<HTMLDetailsElement>(root, "[data-mine]");
    mine.addEventListener("toggle", () => mine.open && void this.recall(), { signal, once: true });
    void this.load();
  }

  private narrow(stars: string): void {
    this.stars = this.stars === stars ? "" : stars;
    for (const row of all(this.root, "[data-stars]")) {
      row.setAttribute("aria-pressed", String(row.dataset["stars"] === this.stars));
    }
    void this.load();
  }

  private async load(cursor = ""): Promise<void> {
    const query = new URLSearchParams();
    if (cursor) query.set("cursor", cursor);
    if (this.stars) query.set("stars", this.stars);
    try {
      const { signal } = this;
      const answer = await this.app.api.open<Answer>(`${this.path}/reviews?${query}`, { signal });
      this.draw(answer, cursor !== "");
    } catch (error) {
      if (!this.signal.aborted) this.app.report(error);
    }
  }

  private draw(answer: Answer, further: boolean): void {
    const { root } = this;
    root.hidden = false;
    const list = find(root, "[data-list]");
    if (!further) list.replaceChildren();
    list.append(...answer.items.map((review) => this.item(review)));
    find(root, "[data-count]").textContent = answer.count ? String(answer.count) : "";
    find(root, "[data-none]").hidden = answer.count > 0;
    find(root, "[data-rating]").hidden = answer.count === 0;
    find(root, "[data-mean]").textContent = answer.mean;
    for (const row of all(root, "[data-stars]")) {
      const count = answer.by_stars[Number(row.dataset["stars"]) - 1] ?? 0;
      find<HTMLMeterElement & HTMLElement>(row, "meter").value = answer.count ? count / answer.count : 0;
      find(row, "[data-number]").textContent = String(count);
    }
    const more = find(root, "[data-more]");
    more.hidden = !answer.next_cursor;
    more.dataset["cursor"] = answer.next_cursor ?? "";
  }

  private item(review: Review): HTMLElement {
    const item = fill(copyOf("review"), {
      author: review.author || say("anonymous"),
      at: review.at,
      body: review.body,
      reply: review.reply,
      bought: review.is_bought,
      stars: starsOf(review.stars),
      spoken: `${review.stars}/5`,
    });
    find(item, ".review-stars").setAttribute("aria-hidden", "true");
    find(item, "[data-pictures]").append(...review.pictures.map((picture) => thumb(picture)));
    return item;
  }

  /** What this shopper said before comes back into the form. */
  private async recall(): Promise<void> {
    if (!this.app.api.isKnown) return;
    try {
      const { signal } = this;
      this.show(await this.app.api.call<OwnReviews>(`${this.path}/review`, { signal }));
    } catch (error) {
      if (!this.signal.aborted) this.app.report(error);
    }
  }

  private show(answer: OwnReviews): void {
    const [mine] = answer.items;
    if (!mine) return;
    find(this.root, "[data-summary]").textContent = say("review_change");
    const state = find(this.root, "[data-state]");
    state.textContent = stateOf(mine);
    state.hidden = !state.textContent;
    find<HTMLInputElement>(this.form, `[name=stars][value="${mine.stars}"]`).checked = true;
    find<HTMLTextAreaElement>(this.form, "[name=body]").value = mine.body;
    this.photos.show(mine.photos);
  }

  private submitted(event: SubmitEvent): void {
    event.preventDefault();
    clearErrors(this.form);
    void this.send();
  }

  private async send(): Promise<void> {
    const typed = new FormData(this.form);
    const body = {
      stars: Number(typed.get("stars") ?? 0),
      body: String(typed.get("body") ?? ""),
      photos: this.photos.tokens,
    };
    try {
      const answer = await this.app.api.call<OwnReviews>(`${this.path}/review`, { method: "PUT", body });
      this.show(answer);
      const isShown = answer.items[0]?.state === "published";
      this.app.host.feel("success");
      toast(say(isShown ? "review_sent" : "review_waits"));
      await this.load();
    } catch (error) {
      if (error instanceof Problem && showErrors(this.form, error.body.errors ?? [])) return;
      this.app.report(error);
    }
  }
}
