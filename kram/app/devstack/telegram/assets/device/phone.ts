/** One phone as everything on it sees it: whose it is, its words, its glass. */

import type { Boot, Person } from "../api/types";
import { make } from "../dom/make";
import { known, word, type Language, type Word } from "../words/words";
import { statusBar } from "./status_bar";
import { Store } from "./store";

const TOAST_MS = 2600;

/** What a link wants a chat to begin with. */
export interface Beginning {
  start?: string | null;
  text?: string | null;
}

interface RunningApp {
  requestClose(): Promise<boolean>;
  destroy(): void;
}

export abstract class Phone {
  readonly root: HTMLElement;
  readonly glass: HTMLElement;
  readonly store: Store;
  app: RunningApp | null = null;
  readonly sheets: { dismiss(): void }[] = [];
  protected readonly screens = make("div.screens");
  private toastTimer = 0;

  /** `isolated` phones keep the data of their Mini Apps apart from the other phones'. */
  constructor(
    person: Person,
    readonly boot: Boot,
    readonly isolated: boolean,
  ) {
    this.store = new Store(person);
    this.glass = make("div.glass", { tabindex: "-1" }, statusBar(), this.screens, make("div.home-bar"));
    this.root = make("section.device", {}, this.glass);
    this.store.on("person", () => this.relabel());
    this.relabel();
  }

  /** Opens a chat by its key; one that nobody wrote in yet as well. */
  abstract open(key: string, beginning?: Beginning): Promise<void>;
  /** Goes back to the list of chats. */
  abstract leave(): void;
  abstract follow(url: string): Promise<void>;

  get person(): Person {
    return this.store.person;
  }

  get language(): Language {
    return known(this.person.language_code);
  }

  word(name: Word, values?: Record<string, string>): string {
    return word(this.language, name, values);
  }

  /** The key of the person's own chat with a bot. */
  chatWith(botId: number): string {
    return `${botId}:${this.person.id}`;
  }

  async copy(text: string): Promise<void> {
    await navigator.clipboard.writeText(text);
    this.toast(this.word("copied"));
  }

  toast(text: string): void {
    this.glass.querySelector(".toast")?.remove();
    const toast = make("div.toast", { role: "status" }, text);
    this.glass.append(toast);
    clearTimeout(this.toastTimer);
    this.toastTimer = window.setTimeout(() => toast.remove(), TOAST_MS);
  }

  /** A little blink in place of the motor. */
  buzz(strength: string): void {
    this.root.dataset["haptic"] = strength;
    this.root.classList.remove("buzzing");
    void this.root.offsetWidth; // restarts the animation
    this.root.classList.add("buzzing");
  }

  private relabel(): void {
    this.root.setAttribute("aria-label", this.word("phone_of", { name: this.person.first_name }));
    this.root.lang = this.language;
  }
}
