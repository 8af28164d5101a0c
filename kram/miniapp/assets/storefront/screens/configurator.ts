/** What a shopper puts together: the server alone knows rules and prices, and is asked each time. */
import type { App } from "../app/app";
import { Problem } from "../net/problem";
import { all, find } from "../page/dom";
import { toast } from "../page/toast";
import { say } from "../page/words";

interface Selection {
  chosen: string[];
  texts: Record<string, string>;
  numbers: Record<string, number>;
}

interface Saved extends Selection {
  code: string;
  product: string;
}

interface Answer {
  unit_minor: number;
  troubles: { step: string; text: string }[];
  barred: Record<string, string>;
}

const CODE = "design";
const TYPING_MS = 250;

export class Configurator {
  /** As the form stands: its price and what is wrong with it; null until the server says. */
  private answer: Answer | null = null;
  /** Of the design that the form shows; empty when it was changed since it was saved. */
  private code = "";
  private asked = "";
  private timer = 0;
  private pressed = false;
  private readonly touched = new Set<string>();
  private readonly product: string;

  constructor(
    private readonly steps: HTMLElement,
    private readonly main: HTMLElement,
    private readonly app: App,
    private readonly signal: AbortSignal,
    private readonly changed: () => void,
  ) {
    this.product = find(main, "[data-like]").dataset["like"] ?? "";
    for (const event of ["change", "input"]) {
      steps.addEventListener(event, (at) => this.touch(at), { signal });
    }
    find(steps, "[data-share]").addEventListener("click", () => void this.share(), { signal });
  }

  /** Opens what the page's link names. */
  async begin(): Promise<void> {
    const code = new URL(location.href).searchParams.get(CODE);
    if (!code) return;
    try {
      const path = `/designs/${encodeURIComponent(code)}`;
      const { signal } = this;
      const design = await this.app.api.open<Saved>(path, { signal });
      if (design.product !== this.product) return;
      this.show(design);
      this.code = design.code;
      this.pressed = true;
      this.changed();
    } catch (error) {
      if (error instanceof Problem) toast(say("design_gone"));
      else if (!this.signal.aborted) this.app.report(error);
    }
  }

  /** What follows a variant in the name of a cart's line; empty while the design is not saved. */
  get suffix(): string {
    return this.code && `.${this.code}`;
  }

  get unitMinor(): number | undefined {
    return this.answer?.unit_minor;
  }

  /** The first thing that keeps it from being made. */
  get trouble(): string {
    return this.answer?.troubles[0]?.text ?? "";
  }

  /** Asks for price and rules, unless nothing has changed since it was asked last. */
  ask(variant: string, quantity: number): void {
    const body = JSON.stringify({ ...this.selection(), variant, quantity });
    if (!variant || body === this.asked) return;
    this.asked = body;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.fetch(body), this.answer ? TYPING_MS : 0);
  }

  /** Shows everything that is wrong, and goes to the first of it. */
  point(): void {
    this.pressed = true;
    this.draw();
    const step = this.answer?.troubles[0]?.step;
    const place = step ? this.steps.querySelector<HTMLElement>(`[data-step-of="${step}"]`) : null;
    place?.scrollIntoView({ block: "center", behavior: "smooth" });
    place?.querySelector<HTMLElement>("input:not(:disabled)")?.focus({ preventScroll: true });
    find(document, "#said").textContent = this.trouble;
    this.app.host.feel("error");
  }

  /** Gives it a code, by which a cart and a link know it. Raises as `Api.call`. */
  async save(): Promise<void> {
    if (this.code) return;
    const wanted = this.selection();
    const path = `/products/${this.product}/designs`;
    const { code } = await this.app.api.call<{ code: string }>(path, { method: "POST", body: wanted });
    if (same(wanted, this.selection())) this.code = code;
  }

  private async share(): Promise<void> {
    if (this.trouble) return this.point();
    try {
      await this.save();
      const link = new URL(location.href);
      link.search = "";
      link.searchParams.set(CODE, this.code);
      history.replaceState(history.state, "", link);
      await give(link.href);
    } catch (error) {
      this.app.report(error);
    }
  }

  private async fetch(body: string): Promise<void> {
    try {
      const path = `/products/${this.product}/design-price`;
      const answer = await this.app.api.open<Answer>(path, { body: JSON.parse(body), signal: this.signal });
      if (body !== this.asked) return;
      this.answer = answer;
      this.draw();
      this.changed();
    } catch (error) {
      if (body === this.asked) this.asked = "";
      if (!this.signal.aborted) this.app.report(error);
    }
  }

  private touch(event: Event): void {
    const step = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-step-of]") : null;
    if (step?.dataset["stepOf"]) this.touched.add(step.dataset["stepOf"]);
    this.code = "";
    this.drawLayers();
    this.changed();
  }

  private selection(): Selection {
    const chosen = all<HTMLInputElement>(this.steps, "input[data-choice]:checked").map((each) => each.value);
    const texts: Record<string, string> = {};
    for (const input of all<HTMLInputElement>(this.steps, "input[data-text]")) {
      if (input.value.trim()) texts[input.dataset["text"] ?? ""] = input.value;
    }
    const numbers: Record<string, number> = {};
    for (const input of all<HTMLInputElement>(this.steps, "input[data-number]")) {
      if (Number.isInteger(input.valueAsNumber)) numbers[input.dataset["number"] ?? ""] = input.valueAsNumber;
    }
    return { chosen, texts, numbers };
  }

  private show(design: Selection): void {
    for (const input of all<HTMLInputElement>(this.steps, "input[type=radio], input[type=checkbox]")) {
      const none = input.value === "" && !design.chosen.some((id) => this.isOf(input.name, id));
      input.checked = none || design.chosen.includes(input.value);
    }
    for (const input of all<HTMLInputElement>(this.steps, "input[data-text]")) {
      input.value = design.texts[input.dataset["text"] ?? ""] ?? "";
    }
    for (const input of all<HTMLInputElement>(this.steps, "input[data-number]")) {
      input.value = String(design.numbers[input.dataset["number"] ?? ""] ?? "");
    }
    this.drawLayers();
  }

  private isOf(name: string, id: string): boolean {
    return this.steps.querySelector(`input[name="${name}"][value="${CSS.escape(id)}"]`) !== null;
  }

  /** Choices that cannot be had with the others are shut, and say why; a chosen one stays open. */
  private draw(): void {
    if (!this.answer) return;
    const { barred, troubles } = this.answer;
    for (const input of all<HTMLInputElement>(this.steps, "input[data-choice]")) {
      const reason = barred[input.value] ?? "";
      input.disabled = reason !== "" && !input.checked;
      input.closest(".pick")?.toggleAttribute("data-gone", reason !== "");
      const why = find(input.parentElement ?? this.steps, "[data-why]");
      why.hidden = !reason;
      why.textContent = reason;
    }
    for (const step of all(this.steps, "[data-step-of]")) {
      const name = step.dataset["stepOf"] ?? "";
      const told = this.pressed || this.touched.has(name);
      const texts = told ? troubles.filter((each) => each.step === name).map((each) => each.text) : [];
      const place = find(step, "[data-trouble]");
      place.hidden = !texts.length;
      place.textContent = texts.join(". ");
      for (const input of all(step, "input:not([data-choice])")) {
        input.setAttribute("aria-invalid", String(texts.length > 0));
      }
    }
  }

  private drawLayers(): void {
    const chosen = new Set(this.selection().chosen);
    for (const layer of all(this.main, "[data-layer]")) {
      layer.hidden = !chosen.has(layer.dataset["layer"] ?? "");
    }
  }
}

function same(one: Selection, other: Selection): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

async function give(link: string): Promise<void> {
  if (navigator.share) {
    await navigator.share({ url: link }).catch(() => undefined); // the person thought better of it
    return;
  }
  await navigator.clipboard.writeText(link);
  toast(say("link_copied"));
}
