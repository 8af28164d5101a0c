/** One phone: its frame, its screens, and what lies over them. */

import type { Boot, ChatView, Person } from "../api/types";
import type { MiniApp } from "../app/mini_app";
import { ChatList } from "../chats/list";
import { leave } from "../dom/leave";
import { make } from "../dom/make";
import { openLink } from "../links/links";
import type { Sheet } from "../sheets/sheet";
import { TalkScreen } from "../talk/screen";
import { known, word, type Language, type Word } from "../words/words";
import { statusBar } from "./status_bar";
import { Store } from "./store";

const TOAST_MS = 2600;
const LEAVING_MS = 260;

export class Phone {
  readonly root: HTMLElement;
  readonly glass: HTMLElement;
  readonly store: Store;
  app: MiniApp | null = null;
  readonly sheets: Sheet[] = [];
  private readonly screens: HTMLElement;
  private readonly list: ChatList;
  private talk: TalkScreen | null = null;
  private toastTimer = 0;

  /** `isolated` phones keep the data of their Mini Apps apart from the other phones'. */
  constructor(
    person: Person,
    readonly boot: Boot,
    readonly isolated: boolean,
  ) {
    this.store = new Store(person);
    this.screens = make("div.screens");
    this.glass = make("div.glass", { tabindex: "-1" }, statusBar(), this.screens, make("div.home-bar"));
    this.root = make("section.device", {}, this.glass);
    this.list = new ChatList(this);
    this.screens.append(this.list.root);
    this.glass.addEventListener("keydown", (event) => this.onKey(event));
    this.store.on("person", () => this.relabel());
    this.relabel();
  }

  get person(): Person {
    return this.store.person;
  }

  get language(): Language {
    return known(this.person.language_code);
  }

  word(name: Word, values?: Record<string, string>): string {
    return word(this.language, name, values);
  }

  /** Opens a chat by its key; one that nobody wrote in yet as well. */
  async open(key: string): Promise<TalkScreen> {
    const chat = this.store.chats.get(key) ?? (await this.store.refresh(key));
    this.show(chat);
    return this.talk as TalkScreen;
  }

  openBot(botId: number): Promise<TalkScreen> {
    return this.open(`${botId}:${this.person.id}`);
  }

  /** Goes back to the list of chats. */
  leave(): void {
    const left = this.talk;
    if (!left) return;
    this.talk = null;
    left.close();
    this.list.root.inert = false;
    this.screens.dataset["at"] = "list";
    leave(left.root, LEAVING_MS);
    this.list.focus(left.chat.key);
  }

  follow(url: string): Promise<void> {
    return openLink(this, url);
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

  put(): void {
    this.app?.destroy();
    this.talk?.close();
    this.root.remove();
  }

  private show(chat: ChatView): void {
    if (this.talk?.chat.key === chat.key) return;
    this.talk?.close();
    this.talk?.root.remove();
    this.talk = new TalkScreen(this, chat);
    this.screens.append(this.talk.root);
    this.list.root.inert = true;
    requestAnimationFrame(() => (this.screens.dataset["at"] = "talk"));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    const sheet = this.sheets[this.sheets.length - 1];
    if (sheet) sheet.dismiss();
    else if (this.app) this.app.requestClose();
    else this.leave();
  }

  private relabel(): void {
    this.root.setAttribute("aria-label", this.word("phone_of", { name: this.person.first_name }));
    this.root.lang = this.language;
  }
}
