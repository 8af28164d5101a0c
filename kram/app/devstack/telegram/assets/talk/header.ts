/** The strip above a conversation: back, who it is, what else one may do. */

import { chats as api } from "../api/client";
import { openMain } from "../app/open";
import { avatar } from "../dom/avatar";
import { icon } from "../dom/icons";
import { fill, make } from "../dom/make";
import { chooseDeed, type Deed } from "../sheets/menu";
import type { Talk } from "./talk";

export class Header {
  readonly root = make("header.talk-head");
  private readonly subtitle = make("span.talk-subtitle");
  private action: string | null = null;

  constructor(private readonly talk: Talk) {}

  render(): void {
    const { phone, chat } = this.talk;
    const back = { "aria-label": phone.word("back"), onclick: () => phone.leave() };
    const more = { "aria-label": phone.word("more"), onclick: () => this.showDeeds() };
    this.say(this.action);
    fill(
      this.root,
      make("button.icon-button.back", back, icon("back")),
      make(
        "div.talk-title",
        {},
        avatar(chat.title, chat.bot?.id ?? chat.id, chat.photo),
        make("div.talk-names", {}, make("h2", {}, chat.title), this.subtitle),
      ),
      make("button.icon-button", more, icon("more")),
    );
  }

  /** What the other side is doing; null brings back the usual line. */
  say(action: string | null): void {
    const { phone, chat } = this.talk;
    this.action = action;
    this.subtitle.classList.toggle("busy", action !== null);
    this.subtitle.textContent =
      action ??
      (chat.bot ? phone.word("bot") : phone.word("members", { count: String(chat.member_count) }));
  }

  private showDeeds(): void {
    const { phone, chat } = this.talk;
    const { bot } = chat;
    const deeds: Deed[] = [];
    if (bot && (chat.has_main_app || chat.menu_button?.web_app)) {
      deeds.push({ text: phone.word("open_app"), sign: "app", act: () => openMain(phone, bot) });
    }
    if (bot) {
      const link = `https://t.me/${bot.username}`;
      deeds.push({ text: `@${bot.username}`, sign: "copy", act: () => phone.copy(link) });
    }
    if (bot && chat.is_blocked) {
      deeds.push({ text: phone.word("unblock"), sign: "check", act: () => api.unblock(bot.id, phone.person.id) });
    } else if (bot) {
      const act = (): Promise<void> => api.block(bot.id, phone.person.id);
      deeds.push({ text: phone.word("block"), sign: "block", danger: true, act });
    }
    for (const member of chat.type === "private" ? [] : chat.members) {
      const act = (): unknown => phone.open(phone.chatWith(member.id));
      deeds.push({ text: `@${member.username}`, sign: "contact", act });
    }
    chooseDeed(phone, phone.word("more"), deeds);
  }
}
