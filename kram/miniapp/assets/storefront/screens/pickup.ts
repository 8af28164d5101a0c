/** Where the shopper comes for the order; a shop that names no place asks for none. */
import type { App } from "../app/app";
import { find } from "../page/dom";

interface Point {
  id: string;
  name: string;
  address: string;
  hours: string;
}

export class Pickup {
  private points: Point[] = [];
  private readonly field: HTMLElement;
  private readonly select: HTMLSelectElement;

  constructor(
    form: HTMLElement,
    private readonly app: App,
    private readonly signal: AbortSignal,
  ) {
    this.field = find(form, "[data-pickup]");
    this.select = find<HTMLSelectElement>(this.field, "select");
  }

  async load(): Promise<void> {
    const { points } = await this.app.api.open<{ points: Point[] }>("/pickup-points", {
      signal: this.signal,
    });
    this.points = points;
    this.select.replaceChildren(...points.map((point) => new Option(point.name, point.id)));
  }

  draw(delivery: string): void {
    this.field.hidden = delivery !== "pickup" || this.points.length === 0;
    const chosen = this.points.find((point) => point.id === this.select.value);
    const about = [chosen?.address, chosen?.hours].filter(Boolean).join(" · ");
    find(this.field, "[data-pickup-about]").textContent = about;
  }

  /** What of it is sent with the order. */
  chosen(delivery: string): { pickup_point?: string } {
    return delivery === "pickup" && this.select.value ? { pickup_point: this.select.value } : {};
  }
}
