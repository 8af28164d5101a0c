/** The first screen: search, chats, and the bots one may find. */

import { people } from "../api/client";
import type { ChatView, User } from "../api/types";
import type { Phone } from "../device/phone";
import { avatar } from "../dom/avatar";
import { icon } from "../dom/icons";
import { fill, make } from "../dom/make";
import { newGroup } from "../sheets/new_group";
import { chatRow, foundRow } from "./row";

export class ChatList {
  readonly root: HTMLElement;
  private readonly title = make("h2");
  private readonly rows = make("div.rows");
  private readonly input = make("input", { type: "search", autocomplete: "off", spellcheck: "false" });
  private readonly add: HTMLButtonElement;
  private readonly me = make("span.me");
  private directory: User[] = [];

  constructor(private readonly phone: Phone) {
    this.add = make("button.icon-button", { onclick: () => newGroup(phone) }, icon("group"));
    this.root = make(
      "div.screen.chat-list",
      {},
      make("header.list-head", {}, this.me, this.title, this.add),
      make("div.search", {}, icon("search", 18), this.input),
      this.rows,
    );
    this.input.addEventListener("input", () => this.render());
    this.input.addEventListener("focus", () => void this.findBots());
    phone.store.on("chats", () => this.render());
    phone.store.on("person", () => this.render());
    this.render();
    void this.findBots();
  }

  focus(key: string): void {
    this.rows.querySelector<HTMLElement>(`[data-chat="${key}"]`)?.focus({ preventScroll: true });
  }

  private async findBots(): Promise<void> {
    this.directory = await people.directory();
    this.render();
  }

  private render(): void {
    this.relabel();
    const wanted = this.input.value.trim().toLowerCase();
    const matches = (...texts: (string | undefined)[]): boolean =>
      texts.some((text) => (text ?? "").toLowerCase().includes(wanted));
    const mine = this.phone.store
      .listed()
      .filter((chat) => matches(chat.title, chat.bot?.username, chat.last_message?.text));
    const known = new Set(mine.map((chat) => chat.bot?.id));
    const found = this.directory
      .filter((bot) => !known.has(bot.id) && matches(bot.first_name, `@${bot.username}`))
      .sort((one, other) => other.id - one.id);
    const focused = this.rows.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset["chat"]
      : undefined;
    fill(this.rows, this.chatRows(mine, wanted, found.length), ...this.foundRows(found));
    if (focused) this.focus(focused);
  }

  private chatRows(mine: ChatView[], wanted: string, found: number): HTMLElement | null {
    if (mine.length) return list(mine.map((chat) => chatRow(this.phone, chat)));
    if (wanted) return found ? null : make("p.empty", {}, this.phone.word("nothing_found"));
    return make(
      "div.empty",
      {},
      make("span.empty-sign", {}, icon("bag", 40)),
      make("strong", {}, this.phone.word("no_chats_title")),
      make("p", {}, this.phone.word("no_chats_text")),
    );
  }

  private foundRows(found: User[]): HTMLElement[] {
    if (!found.length) return [];
    const heading = make("h3.rows-heading", {}, this.phone.word("found_bots"));
    return [heading, list(found.map((bot) => foundRow(this.phone, bot)))];
  }

  private relabel(): void {
    const { phone } = this;
    this.title.textContent = phone.word("chats");
    this.input.placeholder = phone.word("search");
    this.input.setAttribute("aria-label", phone.word("search"));
    this.add.setAttribute("aria-label", phone.word("new_group"));
    this.add.title = phone.word("new_group");
    fill(this.me, avatar(phone.person.first_name, phone.person.id));
  }
}

const list = (rows: HTMLElement[]): HTMLElement => make("div", { role: "list" }, ...rows);
